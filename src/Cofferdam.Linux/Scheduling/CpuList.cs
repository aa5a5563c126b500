using System.Globalization;
using System.Text;

namespace Cofferdam.Linux;

/// <summary>Lists of CPUs or memory nodes ("0-3,7", cpuset(7)) and the bit masks that the kernel takes.</summary>
public static class CpuList
{
    // More than any kernel is built for (CONFIG_NR_CPUS is at most 8192).
    private const int Highest = 65535;

    /// <summary>Reads a list into a mask, the lowest number in the lowest bit of the first byte; an empty list is an empty mask.</summary>
    public static bool TryParse(string text, out byte[] mask)
    {
        mask = [];
        if (string.IsNullOrWhiteSpace(text)) return true;
        List<(int First, int Last)> ranges = [];
        int highest = 0;
        foreach (string part in text.Split(','))
        {
            if (!TryParseRange(part, out int first, out int last)) return false;
            ranges.Add((first, last));
            highest = Math.Max(highest, last);
        }

        // Whole machine words, as sched_setaffinity(2) and set_mempolicy(2) take them.
        mask = new byte[((highest / 64) + 1) * 8];
        foreach ((int first, int last) in ranges)
        {
            for (int cpu = first; cpu <= last; cpu++) mask[cpu / 8] |= (byte)(1 << (cpu % 8));
        }

        return true;
    }

    /// <summary>Writes a mask as the shortest list.</summary>
    public static string Format(ReadOnlySpan<byte> mask)
    {
        StringBuilder list = new();
        for (int cpu = 0; cpu < mask.Length * 8; cpu++)
        {
            if (!Contains(mask, cpu)) continue;
            int first = cpu;
            while (Contains(mask, cpu + 1)) cpu++;
            if (list.Length > 0) list.Append(',');
            list.Append(CultureInfo.InvariantCulture, $"{first}");
            if (cpu > first) list.Append(CultureInfo.InvariantCulture, $"-{cpu}");
        }

        return list.ToString();
    }

    /// <summary>True when the mask has this number.</summary>
    public static bool Contains(ReadOnlySpan<byte> mask, int cpu) => cpu / 8 < mask.Length && (mask[cpu / 8] & (1 << (cpu % 8))) != 0;

    private static bool TryParseRange(string part, out int first, out int last)
    {
        ReadOnlySpan<char> text = part.AsSpan().Trim();
        int dash = text.IndexOf('-');
        last = 0;
        if (!TryNumber(dash < 0 ? text : text[..dash], out first)) return false;
        if (dash >= 0) return TryNumber(text[(dash + 1)..], out last) && first <= last;
        last = first;
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= Highest;
}
