using System.Text;

namespace Cofferdam.Bench.Shims;

/// <summary>A protobuf message as it is written field by field, and a reader of single fields: enough for the few calls that the bench makes.</summary>
internal sealed class ProtoMessage
{
    private readonly List<byte> _bytes = [];

    public ReadOnlySpan<byte> Encoded => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes);

    public ProtoMessage Add(int field, string text) => text.Length == 0 ? this : Add(field, Encoding.UTF8.GetBytes(text));

    public ProtoMessage Add(int field, ProtoMessage message) => Add(field, message.Encoded);

    public ProtoMessage Add(int field, ReadOnlySpan<byte> bytes)
    {
        AddVarint((uint)((field << 3) | 2));
        AddVarint((ulong)bytes.Length);
        _bytes.AddRange(bytes);
        return this;
    }

    public ProtoMessage Add(int field, ulong number)
    {
        AddVarint((uint)(field << 3));
        AddVarint(number);
        return this;
    }

    /// <summary>google.protobuf.Any</summary>
    public static ProtoMessage Any(string type, ReadOnlySpan<byte> value) => new ProtoMessage().Add(1, type).Add(2, value);

    /// <summary>The bytes of the first such field; empty if it is not there.</summary>
    public static ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> message, int field)
    {
        while (Next(ref message, out int number, out _, out ReadOnlySpan<byte> bytes))
        {
            if (number == field)
            {
                return bytes;
            }
        }

        return default;
    }

    /// <summary>The number in the first such field; 0 if it is not there.</summary>
    public static ulong Number(ReadOnlySpan<byte> message, int field)
    {
        while (Next(ref message, out int number, out ulong value, out _))
        {
            if (number == field)
            {
                return value;
            }
        }

        return 0;
    }

    private static bool Next(scoped ref ReadOnlySpan<byte> message, out int field, out ulong number, out ReadOnlySpan<byte> bytes)
    {
        (field, number) = (0, 0);
        bytes = default;
        if (message.IsEmpty)
        {
            return false;
        }

        ulong tag = Varint(ref message);
        field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                number = Varint(ref message);
                return true;
            case 2:
                int length = checked((int)Varint(ref message));
                bytes = message[..length];
                message = message[length..];
                return true;
            default:
                throw new PeerFailedException($"answer with wire type {tag & 7}");
        }
    }

    private static ulong Varint(scoped ref ReadOnlySpan<byte> message)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = message[0];
            message = message[1..];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    private void AddVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
    }
}
