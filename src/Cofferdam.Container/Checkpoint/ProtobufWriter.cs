using System.Buffers;
using System.Text;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>Writes a message of Protocol Buffers: the three kinds of fields that CRIU's requests have.</summary>
/// <remarks>docs/checkpoint.md tells why this is not Google.Protobuf.</remarks>
internal sealed class ProtobufWriter
{
    private const int Varint = 0;
    private const int Delimited = 2;

    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>An integer or enum; a negative one takes ten bytes, as int32 does on the wire.</summary>
    public void Number(int field, long value)
    {
        WriteTag(field, Varint);
        WriteVarint((ulong)value);
    }

    public void Switch(int field, bool value) => Number(field, value ? 1 : 0);

    public void Text(int field, string value)
    {
        WriteTag(field, Delimited);
        WriteVarint((ulong)Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, _buffer);
    }

    public void Message(int field, ProtobufWriter message)
    {
        WriteTag(field, Delimited);
        WriteVarint((ulong)message.Written.Length);
        _buffer.Write(message.Written);
    }

    private void WriteTag(int field, int kind) => WriteVarint((ulong)((field << 3) | kind));

    private void WriteVarint(ulong value)
    {
        Span<byte> bytes = _buffer.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7) bytes[length++] = (byte)(value | 0x80);
        bytes[length++] = (byte)value;
        _buffer.Advance(length);
    }
}
