using System.Buffers.Binary;
using System.Text;

namespace Cofferdam.DBus;

/// <summary>Writes values in the wire format, in little endian (dbus-specification, Marshaling).</summary>
internal sealed class DBusWriter
{
    private byte[] _buffer = new byte[512];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    /// <summary>Adds zeros up to a multiple of <paramref name="boundary"/>.</summary>
    public void Align(int boundary)
    {
        int padding = -Length & (boundary - 1);
        Take(padding).Clear();
    }

    public void Byte(byte value) => Take(1)[0] = value;

    public void UInt32(uint value)
    {
        Align(4);
        BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);
    }

    /// <summary>Overwrites a number that was written as a placeholder.</summary>
    public void PatchUInt32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(at), value);

    /// <summary>A length in one byte, text and NUL.</summary>
    public void Signature(string signature)
    {
        Byte((byte)signature.Length);
        Encoding.ASCII.GetBytes(signature, Take(signature.Length));
        Byte(0);
    }

    public void Value(DBusValue value)
    {
        char type = value.Signature[0];
        Align(DBusSignature.Alignment(type));
        switch (type)
        {
            case 'y': Byte((byte)value.Unsigned); break;
            case 'n' or 'q': BinaryPrimitives.WriteUInt16LittleEndian(Take(2), (ushort)value.Unsigned); break;
            case 'b' or 'i' or 'u': UInt32((uint)value.Unsigned); break;
            case 'x' or 't' or 'd': BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value.Unsigned); break;
            case 's' or 'o': String(value.Text); break;
            case 'g': Signature(value.Text); break;
            case 'a': Array(value); break;
            case 'v':
                Signature(value.Items[0].Signature);
                Value(value.Items[0]);
                break;
            default:
                foreach (DBusValue member in value.Items) Value(member);
                break;
        }
    }

    private void String(string text)
    {
        int count = Encoding.UTF8.GetByteCount(text);
        UInt32((uint)count);
        Encoding.UTF8.GetBytes(text, Take(count));
        Byte(0);
    }

    private void Array(DBusValue array)
    {
        int length = Length;
        UInt32(0);
        // The padding before the first element does not count, and is there without elements too.
        Align(DBusSignature.Alignment(array.Signature[1]));
        int start = Length;
        foreach (DBusValue item in array.Items) Value(item);
        PatchUInt32(length, (uint)(Length - start));
    }

    private Span<byte> Take(int count)
    {
        if (Length + count > _buffer.Length) System.Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + count));
        Length += count;
        return _buffer.AsSpan(Length - count, count);
    }
}
