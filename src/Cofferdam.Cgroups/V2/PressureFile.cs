using System.Globalization;

namespace Cofferdam.Cgroups.V2;

/// <summary>cpu.pressure, memory.pressure and io.pressure (Documentation/accounting/psi.rst).</summary>
internal static class PressureFile
{
    /// <summary>
    /// Lines of <c>some avg10=0.00 avg60=0.00 avg300=0.00 total=0</c>; null for no text, which is what a kernel without PSI
    /// gives.
    /// </summary>
    public static PressureStats? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        PressureAverages some = default, full = default;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("some ")) some = Averages(line);
            else if (line.StartsWith("full ")) full = Averages(line);
        }

        return new PressureStats(some, full);
    }

    private static PressureAverages Averages(ReadOnlySpan<char> line)
    {
        PressureAverages averages = default;
        foreach (Range range in line.Split(' '))
        {
            ReadOnlySpan<char> pair = line[range];
            int equals = pair.IndexOf('=');
            if (equals < 0) continue;
            ReadOnlySpan<char> value = pair[(equals + 1)..];
            averages = pair[..equals] switch
            {
                "avg10" => averages with { Avg10 = Number(value) },
                "avg60" => averages with { Avg60 = Number(value) },
                "avg300" => averages with { Avg300 = Number(value) },
                "total" => averages with { Total = KernelText.Number(value) },
                _ => averages,
            };
        }

        return averages;
    }

    private static double Number(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) ? value : 0;
}
