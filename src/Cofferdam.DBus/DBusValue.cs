using System.Globalization;
using System.Text;

namespace Cofferdam.DBus;

/// <summary>A value with its D-Bus type (dbus-specification, Type System). Without dictionaries' keys being special: an entry is an array's struct.</summary>
public sealed class DBusValue
{
    // Integers and booleans by their bits (negative ones extended), doubles by theirs.
    private readonly ulong _bits;
    private readonly string? _text;

    private DBusValue(string signature, ulong bits, string? text, IReadOnlyList<DBusValue> items)
    {
        Signature = signature;
        _bits = bits;
        _text = text;
        Items = items;
    }

    /// <summary>The type, one complete one: "s", "au", "a(sst)".</summary>
    public string Signature { get; }

    /// <summary>The elements of an array, the members of a struct or dictionary entry, the one content of a variant.</summary>
    public IReadOnlyList<DBusValue> Items { get; }

    /// <summary>The text of a string, object path or signature; empty for other types.</summary>
    public string Text => _text ?? "";

    /// <summary>An unsigned or positive number, or a boolean as 0 or 1.</summary>
    public ulong Unsigned => _bits;

    /// <summary>A signed number.</summary>
    public long Signed => (long)_bits;

    /// <summary>A floating point number.</summary>
    public double Double => BitConverter.UInt64BitsToDouble(_bits);

    public static DBusValue Of(bool value) => new("b", value ? 1u : 0u, null, []);

    public static DBusValue Of(uint value) => new("u", value, null, []);

    public static DBusValue Of(ulong value) => new("t", value, null, []);

    public static DBusValue Of(double value) => new("d", BitConverter.DoubleToUInt64Bits(value), null, []);

    public static DBusValue Of(string value) => new("s", 0, value, []);

    /// <summary>An integer of type y, n, q, i, u, x, t or b, of which it must be in the range.</summary>
    public static DBusValue Number(char type, ulong bits) => new(type.ToString(), bits, null, []);

    /// <summary>A string of type s, o or g.</summary>
    public static DBusValue String(char type, string text) => new(type.ToString(), 0, text, []);

    /// <summary>An array; <paramref name="elementType"/> counts when there are no elements.</summary>
    public static DBusValue Array(string elementType, params IReadOnlyList<DBusValue> items) => new("a" + elementType, 0, null, items);

    /// <summary>An array of bytes.</summary>
    public static DBusValue Bytes(ReadOnlySpan<byte> bytes)
    {
        DBusValue[] items = new DBusValue[bytes.Length];
        for (int i = 0; i < bytes.Length; i++) items[i] = Number('y', bytes[i]);
        return Array("y", items);
    }

    /// <summary>A struct of the types of its members.</summary>
    public static DBusValue Struct(params IReadOnlyList<DBusValue> members) => new($"({Signatures(members)})", 0, null, members);

    /// <summary>An entry of a dictionary, which is an array of them.</summary>
    public static DBusValue Entry(DBusValue key, DBusValue value) => new($"{{{key.Signature}{value.Signature}}}", 0, null, [key, value]);

    /// <summary>A value that carries its type with it.</summary>
    public static DBusValue Variant(DBusValue content) => new("v", 0, null, [content]);

    /// <summary>The types of several values in a row.</summary>
    public static string Signatures(IReadOnlyList<DBusValue> values)
    {
        StringBuilder all = new();
        foreach (DBusValue value in values) all.Append(value.Signature);
        return all.ToString();
    }

    /// <summary>As busctl(1) shows values: strings quoted, several values in brackets.</summary>
    public override string ToString() => Signature[0] switch
    {
        's' or 'o' or 'g' => $"'{Text}'",
        'b' => Unsigned == 0 ? "false" : "true",
        'd' => Double.ToString(CultureInfo.InvariantCulture),
        'n' or 'i' or 'x' => Signed.ToString(CultureInfo.InvariantCulture),
        'a' => $"[{string.Join(", ", Items)}]",
        '(' => $"({string.Join(", ", Items)})",
        '{' => $"{Items[0]}: {Items[1]}",
        'v' => $"<{Items[0].Signature} {Items[0]}>",
        _ => Unsigned.ToString(CultureInfo.InvariantCulture),
    };
}
