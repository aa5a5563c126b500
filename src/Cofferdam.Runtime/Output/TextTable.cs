using System.Text;

namespace Cofferdam.Runtime.Output;

/// <summary>Columns as runc's tables have them: at least 12 wide, three blanks between, the last one not padded.</summary>
internal static class TextTable
{
    private const int MinimumWidth = 12;
    private const int Padding = 3;

    internal static string Format(IReadOnlyList<string[]> rows)
    {
        int columns = rows[0].Length;
        int[] widths = new int[columns];
        foreach (string[] row in rows)
        {
            for (int i = 0; i < columns; i++) widths[i] = Math.Max(widths[i], Math.Max(MinimumWidth, row[i].Length + Padding));
        }

        StringBuilder text = new();
        foreach (string[] row in rows)
        {
            for (int i = 0; i < columns - 1; i++) text.Append(row[i].PadRight(widths[i]));
            text.Append(row[columns - 1]).Append('\n');
        }
        return text.ToString();
    }
}
