using System.Text;
using System.Text.Json;

namespace Cofferdam.Spec;

/// <summary>Walks one JSON document field by field and says where something is wrong.</summary>
/// <remarks>
/// Rules: an exact field name wins; one that differs in case is accepted with a warning (Go's encoding/json, for which most
/// configurations are written, ignores case). Of duplicate fields the last wins. null means absent. Nothing is kept to know
/// the path of a value: only when something must be said about it, <see cref="JsonPath"/> reads the document again.
/// </remarks>
internal ref struct JsonCursor
{
    /// <summary>Larger documents are refused: they are no configuration.</summary>
    public const int MaxSize = 16 << 20;

    /// <summary>After so many warnings only the last one says that there are more: each costs a pass over the document.</summary>
    private const int MaxWarnings = 50;

    private readonly ReadOnlySpan<byte> _json;
    private readonly ICollection<string> _warnings;
    private Utf8JsonReader _reader;
    private FieldMatch _match;
    private int _warned;

    private enum FieldMatch
    {
        Exact,
        RetryIgnoringCase,
        IgnoringCase,
    }

    public JsonCursor(ReadOnlySpan<byte> json, ICollection<string> warnings)
    {
        if (json.Length > MaxSize)
            throw new CofferdamException(ErrorKind.InvalidArgument, $"document: must be smaller than {MaxSize} bytes, has {json.Length}");
        if (json.StartsWith("\uFEFF"u8)) json = json[3..];
        _json = json;
        _warnings = warnings;
        _reader = new Utf8JsonReader(json);
    }

    /// <summary>Moves to the document's value.</summary>
    public void Start() => _reader.Read();

    /// <summary>Fails if anything follows the document's value.</summary>
    public void Finish() => _reader.Read();

    /// <summary>Enters the object at the cursor; false if it is null.</summary>
    public readonly bool BeginObject()
    {
        if (_reader.TokenType == JsonTokenType.StartObject) return true;
        if (_reader.TokenType == JsonTokenType.Null) return false;
        throw Error("must be an object");
    }

    /// <summary>Moves to the next field of the object; false at its end.</summary>
    public bool NextField()
    {
        if (_match == FieldMatch.RetryIgnoringCase)
        {
            _match = FieldMatch.IgnoringCase;
            return true;
        }
        _reader.Read();
        return _reader.TokenType != JsonTokenType.EndObject;
    }

    /// <summary>Whether the field at the cursor has this name; if so the cursor moves to its value.</summary>
    public bool Is(ReadOnlySpan<byte> name)
    {
        if (_match == FieldMatch.Exact)
        {
            if (!_reader.ValueTextEquals(name)) return false;
        }
        else
        {
            if (!EqualsIgnoringCase(_reader.ValueSpan, name)) return false;
            _match = FieldMatch.Exact;
            Warn($"field name differs in case from '{Encoding.ASCII.GetString(name)}'");
        }
        _reader.Read();
        return true;
    }

    /// <summary>The field at the cursor matched no name: it comes once more ignoring case, then is skipped with a warning.</summary>
    public void Unknown()
    {
        if (_match == FieldMatch.Exact)
        {
            _match = FieldMatch.RetryIgnoringCase;
            return;
        }
        _match = FieldMatch.Exact;
        Warn("unknown field, ignoring");
        _reader.Skip();
    }

    /// <summary>The value at the cursor, entered by <see cref="Is"/>, is passed over.</summary>
    public void Skip(string reason)
    {
        Warn(reason);
        _reader.Skip();
    }

    /// <summary>The name of the field at the cursor; the cursor moves to its value.</summary>
    public string Name()
    {
        string name = Text();
        _reader.Read();
        return name;
    }

    /// <summary>Enters the array at the cursor; false if it is null.</summary>
    public readonly bool BeginArray()
    {
        if (_reader.TokenType == JsonTokenType.StartArray) return true;
        if (_reader.TokenType == JsonTokenType.Null) return false;
        throw Error("must be an array");
    }

    /// <summary>Moves to the next element of the array; false at its end.</summary>
    public bool NextElement()
    {
        _reader.Read();
        return _reader.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>Enters the object at the cursor, which is an element of an array and must not be null.</summary>
    public readonly void BeginElement()
    {
        if (_reader.TokenType != JsonTokenType.StartObject) throw Error("must be an object");
    }

    public readonly string? String() => _reader.TokenType == JsonTokenType.Null ? null : RequiredString();

    public readonly string RequiredString() => _reader.TokenType == JsonTokenType.String ? Text() : throw Error("must be a string");

    public IReadOnlyList<string> Strings() => OptionalStrings() ?? [];

    public IReadOnlyList<string>? OptionalStrings()
    {
        if (!BeginArray()) return null;
        var list = new List<string>();
        while (NextElement()) list.Add(RequiredString());
        return list;
    }

    public IReadOnlyDictionary<string, string> StringMap()
    {
        var map = new Dictionary<string, string>();
        if (!BeginObject()) return map;
        while (NextField())
        {
            string name = Name();
            if (String() is { } value) map[name] = value;
        }
        return map;
    }

    public readonly bool? Bool() => _reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Null => null,
        _ => throw Error("must be true or false"),
    };

    public readonly ulong? UInt64()
    {
        if (_reader.TokenType == JsonTokenType.Null) return null;
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetUInt64(out ulong value)) return value;
        throw IntegerError("0", "18446744073709551615");
    }

    public readonly long? Int64()
    {
        if (_reader.TokenType == JsonTokenType.Null) return null;
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out long value)) return value;
        throw IntegerError("-9223372036854775808", "9223372036854775807");
    }

    public readonly uint? UInt32() => _reader.TokenType == JsonTokenType.Null ? null : RequiredUInt32();

    public readonly uint RequiredUInt32()
    {
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetUInt32(out uint value)) return value;
        throw IntegerError("0", "4294967295");
    }

    public readonly int? Int32()
    {
        if (_reader.TokenType == JsonTokenType.Null) return null;
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetInt32(out int value)) return value;
        throw IntegerError("-2147483648", "2147483647");
    }

    public readonly ushort? UInt16()
    {
        if (_reader.TokenType == JsonTokenType.Null) return null;
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetUInt16(out ushort value)) return value;
        throw IntegerError("0", "65535");
    }

    /// <summary>Where the cursor is, for <see cref="ErrorAt"/>.</summary>
    public readonly long Position => _reader.TokenStartIndex;

    /// <summary>What is wrong with the value at the cursor.</summary>
    public readonly CofferdamException Error(string what) => ErrorAt(Position, what);

    /// <summary>What is wrong with a value that the cursor has left.</summary>
    public readonly CofferdamException ErrorAt(long position, string what) =>
        new(ErrorKind.InvalidArgument, $"{JsonPath.At(_json, position)}: {what}");

    /// <summary>What the text at the cursor must be, and what it is.</summary>
    public readonly CofferdamException Refuse(string what) => Error($"{what}, is '{JsonPath.Printable(Text())}'");

    /// <summary>What is wrong with the document's syntax, or with the encoding of the text at the cursor.</summary>
    public readonly CofferdamException SyntaxError(Exception cause)
    {
        if (cause is not JsonException syntax) return Error("must be valid UTF-8 text");
        string place = $"line {syntax.LineNumber + 1}, byte {syntax.BytePositionInLine + 1}";
        string path = JsonPath.At(_json, _reader.TokenStartIndex);
        return new CofferdamException(ErrorKind.InvalidArgument, $"{path}: malformed JSON at {place}", syntax);
    }

    /// <summary>Adds a warning about the field or value at the cursor.</summary>
    public void Warn(string what)
    {
        _warned++;
        if (_warned < MaxWarnings) _warnings.Add($"{JsonPath.At(_json, _reader.TokenStartIndex)}: {what}");
        else if (_warned == MaxWarnings) _warnings.Add("document: more warnings are left out");
    }

    private readonly string Text() => _reader.GetString()!;

    private readonly CofferdamException IntegerError(string low, string high) => Error(
        _reader.TokenType == JsonTokenType.Number ? $"must be an integer from {low} to {high}" : "must be an integer");

    private static bool EqualsIgnoringCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        if (text.Length != name.Length) return false;
        for (int i = 0; i < text.Length; i++)
        {
            int a = text[i], b = name[i];
            if (a is >= 'A' and <= 'Z') a |= 0x20;
            if (b is >= 'A' and <= 'Z') b |= 0x20;
            if (a != b) return false;
        }
        return true;
    }
}
