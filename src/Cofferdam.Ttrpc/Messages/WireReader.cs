using System.Text;

namespace Cofferdam.Ttrpc;

/// <summary>Fields of a protobuf message that may be garbage.</summary>
/// <remarks>Bytes are not copied: a call's request may be megabytes, and it is parsed where it was received.</remarks>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    public const int Varint = 0;
    public const int Delimited = 2;

    private const int Fixed64 = 1;
    private const int GroupStart = 3;
    private const int GroupEnd = 4;
    private const int Fixed32 = 5;
    private const int DeepestGroup = 100;
    private const int LargestField = (1 << 29) - 1;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    /// <summary>Goes to the next field.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="FormatException">Not a field.</exception>
    public bool Next(out int field, out int type)
    {
        (field, type) = (0, 0);
        if (_at == _message.Length) return false;
        ulong tag = Number();
        if (tag >> 3 is 0 or > LargestField) throw new FormatException("invalid field number");
        (field, type) = ((int)(tag >> 3), (int)(tag & 7));
        return true;
    }

    public ulong Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte next = Take(1)[0];
            if (shift == 63 && next > 1) break;
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }

        throw new FormatException("number of more than 64 bits");
    }

    /// <summary>The content of a delimited field, and where in the message it begins.</summary>
    public ReadOnlySpan<byte> Bytes(out int offset)
    {
        ulong length = Number();
        offset = _at;
        return Take(length);
    }

    public string Text()
    {
        try
        {
            return s_strict.GetString(Bytes(out _));
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException("string is not UTF-8");
        }
    }

    /// <summary>Passes over a field that is not known.</summary>
    public void Skip(int field, int type) => Skip(field, type, 0);

    private void Skip(int field, int type, int depth)
    {
        switch (type)
        {
            case Varint: Number(); break;
            case Fixed64: Take(8); break;
            case Delimited: Bytes(out _); break;
            case Fixed32: Take(4); break;
            case GroupStart when depth < DeepestGroup: SkipGroup(field, depth + 1); break;
            default: throw new FormatException($"invalid wire type {type}");
        }
    }

    private void SkipGroup(int group, int depth)
    {
        while (Next(out int field, out int type))
        {
            if (type != GroupEnd) Skip(field, type, depth);
            else if (field == group) return;
            else throw new FormatException("mismatched end of group");
        }

        throw new FormatException("unexpected end of message");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_message.Length - _at)) throw new FormatException("unexpected end of message");
        _at += (int)count;
        return _message.Slice(_at - (int)count, (int)count);
    }
}
