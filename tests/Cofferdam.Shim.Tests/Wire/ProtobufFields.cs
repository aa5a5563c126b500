using System.Text;

namespace Cofferdam.Shim.Tests.Wire;

/// <summary>A protobuf message read without its description.</summary>
internal sealed class ProtobufFields
{
    private readonly List<(int Field, ulong Number, byte[] Bytes)> _fields = [];

    public ProtobufFields(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            ulong key = Varint(ref message);
            byte[] bytes = [];
            ulong number = 0;
            switch (key & 7)
            {
                case 0:
                    number = Varint(ref message);
                    break;
                case 1:
                    bytes = Take(ref message, 8);
                    break;
                case 2:
                    bytes = Take(ref message, checked((int)Varint(ref message)));
                    break;
                case 5:
                    bytes = Take(ref message, 4);
                    break;
                default:
                    throw new InvalidDataException($"wire type {key & 7}");
            }
            _fields.Add(((int)(key >> 3), number, bytes));
        }
    }

    /// <summary>0 when the field is not there, as protobuf has it.</summary>
    public ulong Number(int field) => _fields.LastOrDefault(f => f.Field == field).Number;

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public byte[] Bytes(int field) => _fields.LastOrDefault(f => f.Field == field).Bytes ?? [];

    public ProtobufFields Message(int field) => new(Bytes(field));

    public IReadOnlyList<ProtobufFields> Messages(int field) => [.. _fields.Where(f => f.Field == field).Select(f => new ProtobufFields(f.Bytes))];

    private static ulong Varint(ref ReadOnlySpan<byte> message)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message[0];
            message = message[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }

    private static byte[] Take(ref ReadOnlySpan<byte> message, int count)
    {
        byte[] taken = message[..count].ToArray();
        message = message[count..];
        return taken;
    }
}
