namespace Cofferdam.Spec;

/// <summary>What the validators share: how a fault is told, and checks of single values.</summary>
internal static class Fault
{
    /// <summary>(uid_t)-1, which chown(2) and setresuid(2) take for "leave as it is".</summary>
    private const uint NoId = uint.MaxValue;

    /// <summary>More than any kernel has CPUs or memory nodes.</summary>
    private const int MaxListedNumber = 65535;

    /// <summary>The error that a field has a value it must not have.</summary>
    public static CofferdamException At(string path, string what) => new(ErrorKind.InvalidArgument, $"{path}: {what}");

    /// <summary>The error that a field of the object at a place has a value it must not have.</summary>
    public static CofferdamException At(Place place, string field, string what) => At(place.Field(field), what);

    /// <summary>Text that ends in a system call must not end early.</summary>
    public static void IfNul(string? text, string path)
    {
        if (text is not null && text.Contains('\0')) throw At(path, "must not contain a NUL character");
    }

    public static void IfNul(string? text, Place place, string field)
    {
        if (text is not null && text.Contains('\0')) IfNul(text, place.Field(field));
    }

    public static void IfNul(IReadOnlyList<string> texts, Place place, string field)
    {
        for (int i = 0; i < texts.Count; i++)
        {
            if (texts[i].Contains('\0')) IfNul(texts[i], $"{place.Field(field)}[{i}]");
        }
    }

    public static void UnlessAbsolute(string text, string path)
    {
        if (!text.StartsWith('/')) throw At(path, text.Length == 0 ? "must be given" : $"must be absolute, is '{JsonPath.Printable(text)}'");
        IfNul(text, path);
    }

    public static void UnlessAbsolute(string text, Place place, string field)
    {
        if (!text.StartsWith('/') || text.Contains('\0')) UnlessAbsolute(text, place.Field(field));
    }

    public static void UnlessAbsolute(IReadOnlyList<string> texts, string path)
    {
        for (int i = 0; i < texts.Count; i++)
        {
            if (!texts[i].StartsWith('/') || texts[i].Contains('\0')) UnlessAbsolute(texts[i], $"{path}[{i}]");
        }
    }

    public static void UnlessId(uint? id, Place place, string field)
    {
        if (id == NoId) throw At(place, field, "must be below 4294967295, which stands for no id");
    }

    /// <summary>A list of numbers like <c>0-3,7</c>.</summary>
    public static void UnlessNumberList(string? list, Place place, string field)
    {
        if (string.IsNullOrEmpty(list)) return;
        foreach (Range part in list.AsSpan().Split(','))
        {
            ReadOnlySpan<char> range = list.AsSpan()[part].Trim();
            int dash = range.IndexOf('-');
            bool valid = dash < 0
                ? TryNumber(range, out _)
                : TryNumber(range[..dash], out int first) && TryNumber(range[(dash + 1)..], out int last) && first <= last;
            if (!valid) throw At(place, field, $"must be a list of numbers and ranges such as 0-3,7, is '{JsonPath.Printable(list)}'");
        }
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        if (text.Length is 0 or > 5) return false;
        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c)) return false;
            number = (number * 10) + (c - '0');
        }
        return number <= MaxListedNumber;
    }
}
