namespace Cofferdam.Cgroups;

/// <summary>The plain formats of cgroup files.</summary>
internal static class KernelText
{
    /// <summary>
    /// A number; "max" is <see cref="ulong.MaxValue"/>, and what is no number, or negative as old kernels' counters may
    /// briefly be, is 0.
    /// </summary>
    public static ulong Number(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text is "max") return ulong.MaxValue;
        return ulong.TryParse(text, out ulong value) ? value : 0;
    }

    /// <summary>Lines of <c>key value</c>.</summary>
    public static Dictionary<string, ulong> Keyed(string? text)
    {
        Dictionary<string, ulong> values = [];
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int space = line.IndexOf(' ');
            if (space > 0) values[line[..space].ToString()] = Number(line[(space + 1)..]);
        }

        return values;
    }

    /// <summary>Numbers separated by white space.</summary>
    public static List<ulong> Numbers(string? text)
    {
        List<ulong> numbers = [];
        ReadOnlySpan<char> rest = text.AsSpan();
        foreach (Range range in rest.SplitAny(" \n"))
        {
            if (!rest[range].IsEmpty) numbers.Add(Number(rest[range]));
        }

        return numbers;
    }

    /// <summary>A list of ranges such as <c>0-2,7</c>; malformed parts are left out.</summary>
    public static List<int> Ranges(string? text)
    {
        List<int> numbers = [];
        ReadOnlySpan<char> list = text.AsSpan().Trim();
        foreach (Range part in list.Split(','))
        {
            ReadOnlySpan<char> range = list[part];
            int dash = range.IndexOf('-');
            ReadOnlySpan<char> low = dash < 0 ? range : range[..dash];
            if (!int.TryParse(low, out int first)) continue;
            int last = first;
            if (dash >= 0 && !int.TryParse(range[(dash + 1)..], out last)) continue;
            for (int number = first; number <= last; number++) numbers.Add(number);
        }

        return numbers;
    }
}
