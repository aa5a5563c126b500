using System.Globalization;
using System.Text;
using Cofferdam.DBus;

namespace Cofferdam.Cgroups.Systemd;

/// <summary>
/// Values in GVariant's text form (GLib's "GVariant Text Format"): booleans, numbers, strings, byte strings, arrays, tuples
/// and variants, with types by keyword (<c>uint32 5</c>) or signature (<c>@au []</c>). No property takes a dictionary.
/// </summary>
internal ref struct GVariantText
{
    private const int Deepest = 16;

    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private GVariantText(ReadOnlySpan<char> text) => _text = text;

    /// <exception cref="CofferdamException">It is not such a value.</exception>
    public static DBusValue Parse(string text)
    {
        GVariantText parser = new(text);
        GVariantNode node = parser.Node(0);
        parser.SkipSpace();
        if (parser._at != text.Length) throw parser.Unexpected();
        string type = GVariantTypes.Infer(node);
        return GVariantTypes.Build(node, type);
    }

    private GVariantNode Node(int depth)
    {
        if (depth > Deepest) throw Invalid("it is nested too deep");
        SkipSpace();
        switch (Peek())
        {
            case '\'' or '"':
                return new GVariantNode('S', Quoted(), []);
            case '[':
                return new GVariantNode('a', "", Items('[', ']', depth));
            case '(':
                return Tuple(depth);
            case '<':
                return new GVariantNode('v', "", Items('<', '>', depth) is [var item] ? [item] : throw Invalid("a variant holds one value"));
            case '@':
                return Typed(depth);
            case 'b' when _at + 1 < _text.Length && _text[_at + 1] is '\'' or '"':
                _at++;
                return ByteString();
            default:
                return Word(depth);
        }
    }

    private GVariantNode Tuple(int depth)
    {
        IReadOnlyList<GVariantNode> items = Items('(', ')', depth);
        return items.Count > 0 ? new GVariantNode('(', "", items) : throw Invalid("d-bus has no empty tuples");
    }

    // A trailing comma is what makes a tuple of one.
    private List<GVariantNode> Items(char open, char close, int depth)
    {
        List<GVariantNode> items = [];
        Expect(open);
        SkipSpace();
        while (Peek() != close)
        {
            items.Add(Node(depth + 1));
            SkipSpace();
            if (Peek() == close) break;
            Expect(',');
            SkipSpace();
        }

        Expect(close);
        return items;
    }

    private GVariantNode Typed(int depth)
    {
        Expect('@');
        int start = _at;
        while (_at < _text.Length && !char.IsWhiteSpace(_text[_at])) _at++;
        string type = _text[start.._at].ToString();
        if (!GVariantTypes.IsOneType(type)) throw Invalid($"'{type}' is not a type");
        return Node(depth + 1) with { Type = type };
    }

    private GVariantNode Word(int depth)
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '+' or '-' or '.')) _at++;
        string word = _text[start.._at].ToString();
        if (word.Length == 0) throw Unexpected();
        if (word is "true" or "false") return new GVariantNode('b', word, []);
        if (GVariantTypes.OfKeyword(word) is { } type) return Node(depth + 1) with { Type = type };
        if (char.IsAsciiDigit(word[0]) || word[0] is '+' or '-' or '.' || word is "inf" or "nan")
            return new GVariantNode(GVariantTypes.IsFloating(word) ? 'D' : 'N', word, []);
        throw Invalid($"'{word}' is not a value");
    }

    private string Quoted()
    {
        char quote = _text[_at++];
        StringBuilder text = new();
        while (Next() is var c && c != quote) text.Append(c == '\\' ? Escaped() : c.ToString());
        return text.ToString();
    }

    private string Escaped()
    {
        char c = Next();
        return c switch
        {
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'n' => "\n",
            'r' => "\r",
            't' => "\t",
            'v' => "\v",
            'u' => Unicode(4),
            'U' => Unicode(8),
            _ => c.ToString(),
        };
    }

    private string Unicode(int digits)
    {
        if (_at + digits <= _text.Length
            && uint.TryParse(_text.Slice(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code)
            && code != 0 && Rune.TryCreate(code, out Rune rune))
        {
            _at += digits;
            return rune.ToString();
        }

        throw Invalid("an escape names no character");
    }

    // b'\134' is octal; the array gets a NUL at its end.
    private GVariantNode ByteString()
    {
        char quote = _text[_at++];
        List<GVariantNode> bytes = [];
        while (Next() is var c && c != quote)
        {
            if (c == '\\') Add(_at < _text.Length && _text[_at] is >= '0' and <= '7' ? ((char)Octal()).ToString() : Escaped());
            else Add(c.ToString());
        }

        bytes.Add(Byte(0));
        return new GVariantNode('a', "", bytes, "ay");

        void Add(string text)
        {
            if (text is [<= '\xff' and var one]) bytes.Add(Byte(one));
            else foreach (byte part in Encoding.UTF8.GetBytes(text)) bytes.Add(Byte(part));
        }

        static GVariantNode Byte(int value) => new('N', value.ToString(CultureInfo.InvariantCulture), []);
    }

    private int Octal()
    {
        int value = 0;
        for (int i = 0; i < 3 && _at < _text.Length && _text[_at] is >= '0' and <= '7'; i++) value = (value * 8) + _text[_at++] - '0';
        return value & 0xff;
    }

    private readonly char Peek() => _at < _text.Length ? _text[_at] : throw Invalid("it ends too early");

    private char Next()
    {
        char c = Peek();
        _at++;
        return c;
    }

    private void Expect(char c)
    {
        if (Peek() != c) throw Unexpected();
        _at++;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at])) _at++;
    }

    private readonly CofferdamException Unexpected() => Invalid(_at < _text.Length ? $"unexpected '{_text[_at]}' at {_at}" : "it ends too early");

    private readonly CofferdamException Invalid(string why) => new(ErrorKind.InvalidArgument, $"value '{_text}' is not in the text form of GVariant: {why}");
}
