using System.Buffers.Binary;
using System.Text;

namespace Cofferdam.DBus;

/// <summary>
/// Reads values in the wire format (dbus-specification, Marshaling). The bytes come from another process: each length is checked
/// against what is there, each text against its rules, and nesting is bounded.
/// </summary>
internal ref struct DBusReader(ReadOnlySpan<byte> data, bool isBigEndian)
{
    private const int Deepest = 64;

    private static UTF8Encoding Utf8 { get; } = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _data = data;
    private readonly bool _isBigEndian = isBigEndian;

    /// <summary>Where the next value begins, before its padding.</summary>
    public int Position { get; private set; }

    public readonly bool IsAtEnd => Position == _data.Length;

    /// <summary>Skips padding, which must be zeros.</summary>
    public void Align(int boundary)
    {
        if (Take(-Position & (boundary - 1)).ContainsAnyExcept((byte)0)) throw Malformed("padding is not zero");
    }

    public void Skip(int count) => Take(count);

    public byte Byte() => Take(1)[0];

    public uint UInt32()
    {
        Align(4);
        ReadOnlySpan<byte> bytes = Take(4);
        return _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <summary>The values of a whole body.</summary>
    public List<DBusValue> Values(ReadOnlySpan<char> signature)
    {
        List<DBusValue> values = [];
        while (!signature.IsEmpty)
        {
            int length = DBusSignature.FirstType(signature);
            if (length == 0) throw Malformed("unknown type");
            values.Add(Value(signature[..length], 0));
            signature = signature[length..];
        }

        return values;
    }

    /// <summary>One value of a complete type.</summary>
    public DBusValue Value(ReadOnlySpan<char> type, int depth)
    {
        if (depth > Deepest) throw Malformed("values are nested too deep");
        char kind = type[0];
        Align(DBusSignature.Alignment(kind));
        switch (kind)
        {
            case 'y': return DBusValue.Number(kind, Byte());
            case 'b': return UInt32() is var flag and <= 1 ? DBusValue.Of(flag == 1) : throw Malformed("a boolean is neither 0 nor 1");
            case 'n': return DBusValue.Number(kind, (ulong)(short)UInt16());
            case 'q': return DBusValue.Number(kind, UInt16());
            case 'i': return DBusValue.Number(kind, (ulong)(int)UInt32());
            case 'u': return DBusValue.Number(kind, UInt32());
            case 'x' or 't': return DBusValue.Number(kind, UInt64());
            case 'd': return DBusValue.Of(BitConverter.UInt64BitsToDouble(UInt64()));
            case 's' or 'o': return DBusValue.String(kind, Text(UInt32()));
            case 'g': return DBusValue.String(kind, Signature());
            case 'v': return Variant(depth);
            case 'a': return Array(type[1..], depth);
            default: return Members(type, depth);
        }
    }

    private string Signature()
    {
        string text = Text(Byte());
        return DBusSignature.IsValid(text) ? text : throw Malformed("a signature is not valid");
    }

    private DBusValue Variant(int depth)
    {
        string type = Signature();
        if (type.Length == 0 || DBusSignature.FirstType(type) != type.Length) throw Malformed("a variant has not one type");
        return DBusValue.Variant(Value(type, depth + 1));
    }

    private DBusValue Array(ReadOnlySpan<char> element, int depth)
    {
        uint length = UInt32();
        Align(DBusSignature.Alignment(element[0]));
        if (length > _data.Length - Position) throw Malformed("an array is longer than its message");
        int end = Position + (int)length;
        List<DBusValue> items = [];
        while (Position < end) items.Add(Value(element, depth + 1));
        return Position == end ? DBusValue.Array(element.ToString(), items) : throw Malformed("an array ends inside of an element");
    }

    private DBusValue Members(ReadOnlySpan<char> type, int depth)
    {
        List<DBusValue> members = [];
        for (ReadOnlySpan<char> rest = type[1..^1]; !rest.IsEmpty;)
        {
            int length = DBusSignature.FirstType(rest);
            members.Add(Value(rest[..length], depth + 1));
            rest = rest[length..];
        }

        return type[0] == '{' ? DBusValue.Entry(members[0], members[1]) : DBusValue.Struct(members);
    }

    private string Text(uint length)
    {
        if (length >= _data.Length - Position) throw Malformed("a text is longer than its message");
        ReadOnlySpan<byte> bytes = Take((int)length);
        if (Byte() != 0 || bytes.Contains((byte)0)) throw Malformed("a text does not end with its only NUL");
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Malformed("a text is not UTF-8");
        }
    }

    private ushort UInt16()
    {
        ReadOnlySpan<byte> bytes = Take(2);
        return _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    private ulong UInt64()
    {
        ReadOnlySpan<byte> bytes = Take(8);
        return _isBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _data.Length - Position) throw Malformed("it ends inside of a value");
        Position += count;
        return _data.Slice(Position - count, count);
    }

    internal static CofferdamException Malformed(string why) => new(ErrorKind.DataLoss, $"d-bus message is malformed: {why}");
}
