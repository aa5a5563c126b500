using System.Text;
using Google.Protobuf;

namespace Cofferdam.Ttrpc;

/// <summary>Fields of a protobuf message, written into a buffer of the right size. Field numbers are below 16 here: one byte each.</summary>
internal ref struct WireWriter(Span<byte> buffer)
{
    private const int Varint = 0;
    private const int Delimited = 2;

    private readonly Span<byte> _buffer = buffer;
    private int _at;

    public static int SizeOfVarint(ulong value)
    {
        int size = 1;
        for (; value >= 0x80; value >>= 7) size++;
        return size;
    }

    /// <summary>The size of a field with tag and length; nothing for an empty one, which proto3 leaves out.</summary>
    public static int SizeOf(int length) => length == 0 ? 0 : SizeOfAlways(length);

    /// <summary>The same for elements of a list, which are written even when empty.</summary>
    public static int SizeOfAlways(int length) => 1 + SizeOfVarint((ulong)length) + length;

    public static int SizeOf(string text) => SizeOf(Encoding.UTF8.GetByteCount(text));

    public static int SizeOf(long value) => value == 0 ? 0 : 1 + SizeOfVarint((ulong)value);

    public void Number(int field, long value)
    {
        if (value == 0) return;
        Put((ulong)((field << 3) | Varint));
        Put((ulong)value);
    }

    public void Text(int field, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        if (length > 0) Encoding.UTF8.GetBytes(text, Room(field, length));
    }

    public void Message(int field, IMessage? message, int size)
    {
        if (size > 0) message!.WriteTo(Room(field, size));
    }

    /// <summary>Writes tag and length; the caller fills what is returned.</summary>
    public Span<byte> Room(int field, int length)
    {
        Put((ulong)((field << 3) | Delimited));
        Put((ulong)length);
        _at += length;
        return _buffer.Slice(_at - length, length);
    }

    private void Put(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _buffer[_at++] = (byte)(value | 0x80);
        _buffer[_at++] = (byte)value;
    }
}
