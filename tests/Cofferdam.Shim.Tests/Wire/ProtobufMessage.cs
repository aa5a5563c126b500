using System.Text;

namespace Cofferdam.Shim.Tests.Wire;

/// <summary>A protobuf message, field by field. Written apart from the product's, so that a mistake there is not hidden
/// by the same mistake here.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<byte> _bytes = [];

    public ProtobufMessage Number(int field, ulong value)
    {
        Varint((ulong)field << 3);
        Varint(value);
        return this;
    }

    public ProtobufMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufMessage Message(int field, ProtobufMessage value) => Bytes(field, value.ToArray());

    public ProtobufMessage Bytes(int field, byte[] value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    /// <summary>A google.protobuf.Any.</summary>
    public ProtobufMessage Any(int field, string typeUrl, byte[] value) => Message(field, new ProtobufMessage().Text(1, typeUrl).Bytes(2, value));

    public ProtobufMessage Any(int field, string typeUrl, string json) => Any(field, typeUrl, Encoding.UTF8.GetBytes(json));

    public byte[] ToArray() => _bytes.ToArray();

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _bytes.Add((byte)(value | 0x80));
            value >>= 7;
        }
        _bytes.Add((byte)value);
    }
}
