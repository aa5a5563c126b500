using System.Globalization;

namespace Cofferdam.Containers.ResourceControl;

/// <summary>The lines of a schemata file: a resource, and for each of its domains (caches, mostly) a value.</summary>
internal static class Schemata
{
    private const string Bandwidth = "MB";

    /// <summary>The lines that are not empty.</summary>
    public static IEnumerable<string> Lines(string text)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) yield return line;
    }

    /// <summary>What stands before the colon: "L3", "L3CODE", "MB".</summary>
    public static string ResourceOf(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return (colon < 0 ? line : line[..colon]).Trim();
    }

    /// <summary>
    /// What the two older fields ask for together (runtime-spec 1.3, config-linux.md, IntelRdt): l3CacheSchema without its
    /// <c>MB:</c> lines, and memBwSchema.
    /// </summary>
    /// <param name="l3CacheSchema">The field, or null.</param>
    /// <param name="memBwSchema">The field, or null.</param>
    /// <param name="warnings">Gets a line if that leaves something out which nothing replaces.</param>
    public static List<string> Combine(string? l3CacheSchema, string? memBwSchema, ICollection<string>? warnings)
    {
        List<string> lines = [];
        foreach (string line in Lines(l3CacheSchema ?? ""))
        {
            if (ResourceOf(line) != Bandwidth) lines.Add(line);
            else if (string.IsNullOrEmpty(memBwSchema)) warnings?.Add($"linux.intelRdt.l3CacheSchema: '{line}' is ignored (hint: it belongs into memBwSchema)");
        }

        if (!string.IsNullOrEmpty(memBwSchema)) lines.Add(memBwSchema.Trim());
        return lines;
    }

    /// <summary>Whether a schemata file says for all domains of <paramref name="wanted"/> what it asks for.</summary>
    /// <param name="wanted">One line.</param>
    /// <param name="present">The file.</param>
    /// <param name="step">What the kernel rounds bandwidth up to; 1 if it does not.</param>
    public static bool Holds(string wanted, string present, ulong step)
    {
        string resource = ResourceOf(wanted);
        if (Parse(wanted, step) is not { } values) return false;
        foreach (string line in Lines(present))
        {
            if (ResourceOf(line) != resource) continue;
            if (Parse(line, step) is not { } current) return false;
            foreach ((string domain, ulong value) in values)
            {
                if (!current.TryGetValue(domain, out ulong held) || held != value) return false;
            }

            return true;
        }

        return false;
    }

    // Masks are hexadecimal, bandwidth (of memory, and AMD's SMBA) is decimal. The kernel pads both.
    private static Dictionary<string, ulong>? Parse(string line, ulong step)
    {
        bool isBandwidth = ResourceOf(line).EndsWith("MBA", StringComparison.Ordinal) || ResourceOf(line) == Bandwidth;
        Dictionary<string, ulong> values = [];
        foreach (string part in line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) return null;
            ReadOnlySpan<char> text = part.AsSpan(equals + 1).Trim();
            if (text.StartsWith("0x")) text = text[2..];
            if (!ulong.TryParse(text, isBandwidth ? NumberStyles.None : NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)) return null;
            values[part[..equals].Trim()] = isBandwidth ? (value + step - 1) / step * step : value;
        }

        return values;
    }
}
