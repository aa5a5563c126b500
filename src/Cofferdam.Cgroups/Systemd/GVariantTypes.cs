using System.Globalization;
using System.Text;
using Cofferdam.DBus;

namespace Cofferdam.Cgroups.Systemd;

/// <summary>Which types pieces of GVariant text have, and the values of these types.</summary>
internal static class GVariantTypes
{
    private const string Numeric = "ynqiuxtd";

    /// <summary>The type that a keyword stands for, or null.</summary>
    public static string? OfKeyword(string word) => word switch
    {
        "boolean" => "b",
        "byte" => "y",
        "int16" => "n",
        "uint16" => "q",
        "int32" => "i",
        "uint32" => "u",
        "int64" => "x",
        "uint64" => "t",
        "double" => "d",
        "string" => "s",
        "objectpath" => "o",
        "signature" => "g",
        _ => null,
    };

    /// <summary>Whether it is one complete type, without dictionaries.</summary>
    public static bool IsOneType(string type) => !type.Contains('{') && DBusSignature.FirstType(type) == type.Length && type.Length > 0;

    public static bool IsFloating(string number) =>
        number is "inf" or "nan" or "-inf" || number.Contains('.') || (!number.Contains("0x", StringComparison.OrdinalIgnoreCase) && number.Contains('e', StringComparison.OrdinalIgnoreCase));

    /// <summary>The type of a whole text; what it leaves open is int32, double or string.</summary>
    public static string Infer(GVariantNode node) => Open(node).Replace('N', 'i').Replace('D', 'd').Replace('S', 's');

    /// <summary>The value, as <paramref name="type"/>.</summary>
    public static DBusValue Build(GVariantNode node, ReadOnlySpan<char> type)
    {
        char kind = type[0];
        bool fits = node.Kind switch
        {
            'N' => Numeric.Contains(kind),
            'D' => kind == 'd',
            'S' => kind is 's' or 'o' or 'g',
            _ => node.Kind == kind,
        };
        if (!fits) throw Mismatch();
        switch (kind)
        {
            case 'b': return DBusValue.Of(node.Text == "true");
            case 's' or 'o' or 'g': return DBusValue.String(kind, node.Text);
            case 'd': return DBusValue.Of(Floating(node.Text));
            case 'v': return DBusValue.Variant(Build(node.Items[0], Infer(node.Items[0])));
            case 'a': return Array(node, type[1..]);
            case '(': return Tuple(node, type);
            default: return DBusValue.Number(kind, Whole(node.Text, kind));
        }
    }

    private static string Open(GVariantNode node)
    {
        string type = node.Kind switch
        {
            'a' when node.Items.Count == 0 => node.Type ?? throw Invalid("the type of an empty array is not known (hint: '@as []')"),
            'a' => "a" + Element(node.Items),
            '(' => $"({string.Concat(node.Items.Select(Open))})",
            _ => node.Kind.ToString(),
        };
        return node.Type is null ? type : Merge(node.Type, type);
    }

    private static string Element(IReadOnlyList<GVariantNode> items)
    {
        string type = Open(items[0]);
        for (int i = 1; i < items.Count; i++) type = Merge(type, Open(items[i]));
        return type;
    }

    // Letter by letter: an open type takes the one that the other side knows.
    private static string Merge(string one, string other)
    {
        if (one.Length != other.Length) throw Mismatch();
        StringBuilder merged = new();
        for (int i = 0; i < one.Length; i++) merged.Append(Merge(one[i], other[i]));
        return merged.ToString();
    }

    private static char Merge(char one, char other) => (one, other) switch
    {
        _ when one == other => one,
        ('N', _) when Numeric.Contains(other) || other == 'D' => other,
        (_, 'N') when Numeric.Contains(one) || one == 'D' => one,
        ('D', 'd') or ('d', 'D') => 'd',
        ('S', 's' or 'o' or 'g') => other,
        ('s' or 'o' or 'g', 'S') => one,
        _ => throw Mismatch(),
    };

    private static DBusValue Array(GVariantNode node, ReadOnlySpan<char> element)
    {
        List<DBusValue> items = [];
        foreach (GVariantNode item in node.Items) items.Add(Build(item, element));
        return DBusValue.Array(element.ToString(), items);
    }

    private static DBusValue Tuple(GVariantNode node, ReadOnlySpan<char> type)
    {
        List<DBusValue> members = [];
        ReadOnlySpan<char> rest = type[1..^1];
        foreach (GVariantNode item in node.Items)
        {
            int length = DBusSignature.FirstType(rest);
            if (length == 0) throw Mismatch();
            members.Add(Build(item, rest[..length]));
            rest = rest[length..];
        }

        return rest.IsEmpty ? DBusValue.Struct(members) : throw Mismatch();
    }

    private static ulong Whole(string text, char type)
    {
        bool isNegative = text[0] == '-';
        ReadOnlySpan<char> digits = text.AsSpan(text[0] is '-' or '+' ? 1 : 0);
        ulong magnitude = Magnitude(digits, text);
        ulong most = type switch
        {
            'y' => byte.MaxValue,
            'n' => (ulong)short.MaxValue,
            'q' => ushort.MaxValue,
            'i' => int.MaxValue,
            'u' => uint.MaxValue,
            'x' => long.MaxValue,
            _ => ulong.MaxValue,
        };
        bool isSigned = type is 'n' or 'i' or 'x';
        ulong limit = !isNegative ? most : isSigned ? most + 1 : 0;
        if (magnitude > limit) throw Invalid($"{text} does not fit type '{type}'");
        return isNegative ? 0 - magnitude : magnitude;
    }

    // 0x.. is hexadecimal, 0.. octal, as strtoull(3) reads them.
    private static ulong Magnitude(ReadOnlySpan<char> digits, string text)
    {
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return ulong.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong hex) ? hex : throw Invalid($"'{text}' is not a number");
        bool isOctal = digits.Length > 1 && digits[0] == '0';
        if (!isOctal) return ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : throw Invalid($"'{text}' is not a number");
        ulong octal = 0;
        foreach (char digit in digits)
        {
            if (digit is < '0' or > '7' || octal > ulong.MaxValue / 8) throw Invalid($"'{text}' is not a number");
            octal = (octal * 8) + digit - '0';
        }

        return octal;
    }

    private static double Floating(string text) => text switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" => double.NaN,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : throw Invalid($"'{text}' is not a number"),
    };

    private static CofferdamException Mismatch() => Invalid("types do not fit together");

    private static CofferdamException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
