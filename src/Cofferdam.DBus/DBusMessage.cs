using System.Buffers.Binary;

namespace Cofferdam.DBus;

/// <summary>One message (dbus-specification, Message Protocol).</summary>
public sealed record DBusMessage
{
    /// <summary>The part of the header that has a fixed size, up to and with the length of the fields.</summary>
    internal const int FixedHeader = 16;

    // The specification allows 128 MiB; what systemd and the bus tell us has a few hundred bytes.
    private const int Largest = 4 << 20;

    private const byte LittleEndian = (byte)'l';
    private const byte BigEndian = (byte)'B';
    private const byte ProtocolVersion = 1;
    private const byte NoReplyExpectedFlag = 1;

    private ReadOnlyMemory<byte> _body;
    private bool _isBigEndian;
    private string _signature = "";

    public DBusMessageType Type { get; init; }

    /// <summary>Whether a call is to be answered with nothing.</summary>
    public bool NoReplyExpected { get; init; }

    /// <summary>The sender's number of this message; not 0.</summary>
    public uint Serial { get; init; }

    /// <summary>The number of the call that is answered.</summary>
    public uint ReplySerial { get; init; }

    public string Path { get; init; } = "";

    public string Interface { get; init; } = "";

    public string Member { get; init; } = "";

    public string ErrorName { get; init; } = "";

    public string Destination { get; init; } = "";

    public string Sender { get; init; } = "";

    /// <summary>The body of a message to send.</summary>
    public IReadOnlyList<DBusValue> Arguments { get; init; } = [];

    /// <summary>A call of a method; the connection numbers it.</summary>
    public static DBusMessage Call(string destination, string path, string @interface, string member, params IReadOnlyList<DBusValue> arguments) => new()
    {
        Type = DBusMessageType.Call,
        Destination = destination,
        Path = path,
        Interface = @interface,
        Member = member,
        Arguments = arguments,
    };

    /// <summary>The values in the body of a message that was received.</summary>
    /// <param name="signature">The types they must have.</param>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.DataLoss"/>: they have others, or are malformed.</exception>
    public IReadOnlyList<DBusValue> Read(string signature)
    {
        if (_signature != signature) throw DBusReader.Malformed($"its body is '{_signature}', not '{signature}'");
        DBusReader reader = new(_body.Span, _isBigEndian);
        List<DBusValue> values = reader.Values(signature);
        return reader.IsAtEnd ? values : throw DBusReader.Malformed("its body is longer than its types");
    }

    /// <summary>The text that most errors carry; empty if this one does not.</summary>
    public string ErrorText()
    {
        if (!_signature.StartsWith('s')) return "";
        DBusReader reader = new(_body.Span, _isBigEndian);
        return reader.Value("s", 0).Text;
    }

    internal static int Length(ReadOnlySpan<byte> header)
    {
        bool isBigEndian = header[0] switch
        {
            LittleEndian => false,
            BigEndian => true,
            _ => throw DBusReader.Malformed("its byte order is unknown"),
        };
        if (header[3] != ProtocolVersion) throw DBusReader.Malformed($"version {header[3]} of the protocol");
        long body = Number(header[4..], isBigEndian);
        long fields = Number(header[12..], isBigEndian);
        long length = FixedHeader + ((fields + 7) & ~7) + body;
        return length <= Largest ? (int)length : throw DBusReader.Malformed($"it is {length} bytes long");
    }

    /// <summary>Reads a whole message.</summary>
    internal static DBusMessage Parse(ReadOnlyMemory<byte> data)
    {
        ReadOnlySpan<byte> bytes = data.Span;
        bool isBigEndian = bytes[0] == BigEndian;
        int body = (int)Number(bytes[4..], isBigEndian);
        int bodyStart = bytes.Length - body;
        DBusMessage message = new()
        {
            Type = (DBusMessageType)bytes[1],
            NoReplyExpected = (bytes[2] & NoReplyExpectedFlag) != 0,
            Serial = Number(bytes[8..], isBigEndian),
            _isBigEndian = isBigEndian,
            _body = data[bodyStart..],
        };
        if (message.Serial == 0) throw DBusReader.Malformed("its serial is 0");

        int end = FixedHeader + (int)Number(bytes[12..], isBigEndian);
        DBusReader reader = new(bytes[..end], isBigEndian);
        reader.Skip(FixedHeader);
        while (!reader.IsAtEnd)
        {
            reader.Align(8);
            message = message.WithField(reader.Byte(), reader.Value("v", 0).Items[0]);
        }

        bool isAnswer = message.Type is DBusMessageType.Return or DBusMessageType.Error;
        if (isAnswer && message.ReplySerial == 0) throw DBusReader.Malformed("an answer names no call");
        return message;
    }

    internal byte[] ToBytes()
    {
        string signature = DBusValue.Signatures(Arguments);
        DBusWriter writer = new();
        writer.Byte(LittleEndian);
        writer.Byte((byte)Type);
        writer.Byte(NoReplyExpected ? NoReplyExpectedFlag : (byte)0);
        writer.Byte(ProtocolVersion);
        writer.UInt32(0);
        writer.UInt32(Serial);
        writer.Value(DBusValue.Array("(yv)", Fields(signature)));
        writer.Align(8);
        int start = writer.Length;
        foreach (DBusValue argument in Arguments) writer.Value(argument);
        writer.PatchUInt32(4, (uint)(writer.Length - start));
        return writer.Written.ToArray();
    }

    private static uint Number(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    // Fields of later protocols are skipped, as the specification asks for.
    private DBusMessage WithField(byte code, DBusValue value)
    {
        switch (code)
        {
            case 1: return this with { Path = Expect(value, "o").Text };
            case 2: return this with { Interface = Expect(value, "s").Text };
            case 3: return this with { Member = Expect(value, "s").Text };
            case 4: return this with { ErrorName = Expect(value, "s").Text };
            case 5: return this with { ReplySerial = (uint)Expect(value, "u").Unsigned };
            case 6: return this with { Destination = Expect(value, "s").Text };
            case 7: return this with { Sender = Expect(value, "s").Text };
            case 8: return this with { _signature = Expect(value, "g").Text };
            default: return this;
        }
    }

    private static DBusValue Expect(DBusValue value, string signature) =>
        value.Signature == signature ? value : throw DBusReader.Malformed($"a header field is '{value.Signature}', not '{signature}'");

    private List<DBusValue> Fields(string signature)
    {
        List<DBusValue> fields = [];
        Add(1, DBusValue.String('o', Path));
        Add(2, DBusValue.Of(Interface));
        Add(3, DBusValue.Of(Member));
        Add(4, DBusValue.Of(ErrorName));
        if (ReplySerial != 0) fields.Add(Field(5, DBusValue.Of(ReplySerial)));
        Add(6, DBusValue.Of(Destination));
        Add(7, DBusValue.Of(Sender));
        Add(8, DBusValue.String('g', signature));
        return fields;

        void Add(byte code, DBusValue value)
        {
            if (value.Text.Length > 0) fields.Add(Field(code, value));
        }
    }

    private static DBusValue Field(byte code, DBusValue value) => DBusValue.Struct(DBusValue.Number('y', code), DBusValue.Variant(value));
}
