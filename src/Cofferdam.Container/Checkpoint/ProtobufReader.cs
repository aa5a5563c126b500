using System.Text;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>Walks over the fields of a message of Protocol Buffers. What is malformed ends the walk with an exception.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message, string source = "answer of criu")
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The current field.</summary>
    public int Field { get; private set; }

    /// <summary>Its value, if it is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its content, if it is a text or a message.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    public readonly string Text => Encoding.UTF8.GetString(Content);

    public bool Next()
    {
        if (_rest.IsEmpty) return false;
        ulong tag = ReadVarint();
        Field = (int)(tag >> 3);
        Number = 0;
        Content = default;
        switch (tag & 7)
        {
            case 0:
                Number = ReadVarint();
                return true;
            case 1:
                Content = Take(8);
                return true;
            case 2:
                Content = Take(ReadVarint());
                return true;
            case 5:
                Content = Take(4);
                return true;
            default:
                throw Malformed();
        }
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int i = 0; i < 10 && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] >= 0x80) continue;
            _rest = _rest[(i + 1)..];
            return value;
        }

        throw Malformed();
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length) throw Malformed();
        ReadOnlySpan<byte> taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private readonly CofferdamException Malformed() => new(ErrorKind.DataLoss, $"{source}: not a protobuf message");
}
