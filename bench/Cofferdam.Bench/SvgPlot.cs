using System.Globalization;
using System.Text;

namespace Cofferdam.Bench;

/// <summary>Horizontal bars, one group a scenario: medians as bars, p90 as a tick. Readable on light and dark pages.</summary>
internal sealed class SvgPlot
{
    private const int Width = 860;
    private const int Left = 300;
    private const int Right = 70;
    private const int BarHeight = 11;
    private const int GroupGap = 14;

    private static readonly string[] s_colours = ["#0f766e", "#d97706", "#6b7280", "#f0b860", "#a8adb5", "#cbd5e1"];
    private readonly StringBuilder _svg = new();
    private readonly Report _report;
    private int _y;

    private SvgPlot(Report report) => _report = report;

    public static string Draw(Report report)
    {
        var plot = new SvgPlot(report);
        plot.Legend();
        plot.Section("Time of a launch, ms: median, and p90 as a tick (shorter is better)",
            [.. report.Outcomes.Select(o => (o.Title, Report.Values(o), (IReadOnlyList<double?>)[.. o.Series.Select(s => s.Count > 0 && s.Failure == null ? s.P90 : (double?)null)]))], "0.0");
        plot.Section("Memory, MiB (shorter is better)",
            [.. report.Memory.Select(m => (m.Title, (IReadOnlyList<(Peer, double?)>)[.. m.Values.Select(v => (v.Peer, v.Kibibytes / 1024))], (IReadOnlyList<double?>)[]))], "0.0");
        plot.Text(20, plot._y + 4, report.Host, "note");
        return plot.Finish();
    }

    private void Legend()
    {
        _y = 26;
        int x = 20;
        for (int i = 0; i < _report.Peers.Count; i++)
        {
            Rectangle(x, _y - 10, 12, 12, i);
            Text(x + 17, _y, _report.Peers[i].Name, "name");
            x += 40 + (_report.Peers[i].Name.Length * 8);
        }

        _y += 30;
    }

    private void Section(string title, IReadOnlyList<(string Title, IReadOnlyList<(Peer Peer, double? Value)> Values, IReadOnlyList<double?> Ticks)> groups, string format)
    {
        if (groups.Count == 0)
        {
            return;
        }

        Text(20, _y, title, "head");
        _y += 16;
        double largest = groups.SelectMany(g => g.Values.Select(v => v.Value).Concat(g.Ticks)).Max() ?? 1;
        double scale = (Width - Left - Right) / largest;
        foreach ((string name, IReadOnlyList<(Peer Peer, double? Value)> values, IReadOnlyList<double?> ticks) in groups)
        {
            Text(20, _y + (values.Count * BarHeight / 2) + 4, name, "name");
            for (int i = 0; i < values.Count; i++)
            {
                Bar(i, values[i].Value, i < ticks.Count ? ticks[i] : null, scale, format);
            }

            _y += GroupGap;
        }

        _y += 20;
    }

    private void Bar(int colour, double? value, double? tick, double scale, string format)
    {
        double width = (value ?? 0) * scale;
        double end = Left + width;
        if (value != null)
        {
            Rectangle(Left, _y, width, BarHeight - 2, colour);
        }

        if (tick is { } p90)
        {
            double x = Left + (p90 * scale);
            _svg.AppendLine(Invariant($"<path d=\"M{end:0.0} {_y + 4.5:0.0}H{x:0.0}M{x:0.0} {_y + 1}v7\" class=\"tick\"/>"));
            end = Math.Max(end, x);
        }

        Text(end + 5, _y + BarHeight - 3, value?.ToString(format, CultureInfo.InvariantCulture) ?? "does not run", "value");
        _y += BarHeight;
    }

    private void Rectangle(double x, double y, double width, double height, int colour) =>
        _svg.AppendLine(Invariant($"<rect x=\"{x:0.0}\" y=\"{y:0.0}\" width=\"{Math.Max(width, 0.5):0.0}\" height=\"{height:0.0}\" fill=\"{s_colours[colour % s_colours.Length]}\"/>"));

    private void Text(double x, double y, string text, string style) =>
        _svg.AppendLine(Invariant($"<text x=\"{x:0.0}\" y=\"{y:0.0}\" class=\"{style}\">{text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)}</text>"));

    private string Finish()
    {
        string style = "text{font-family:system-ui,sans-serif;fill:#1f2937}.head{font-size:14px;font-weight:600}.name{font-size:12px}.value{font-size:10px}.note{font-size:10px;fill:#6b7280}.tick{stroke:#374151;fill:none}";
        return Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {_y + 20}\" role=\"img\" aria-label=\"benchmark\"><style>{style}</style><rect width=\"{Width}\" height=\"{_y + 20}\" rx=\"6\" fill=\"#fff\"/>\n{_svg}</svg>\n");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
