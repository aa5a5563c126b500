using System.Globalization;
using System.Text;

namespace Cofferdam.Bench.Shims;

/// <summary>Everything one run measured, as Markdown.</summary>
internal sealed class ShimReport(IReadOnlyList<Lane> lanes)
{
    private readonly List<Section> _sections = [];

    public IReadOnlyList<Lane> Lanes => lanes;

    /// <summary>The machine, the programs, and what is not in the tables.</summary>
    public IReadOnlyList<string> Header { get; set; } = [];

    public IReadOnlyList<Section> Sections => _sections;

    public List<string> Failures { get; } = [];

    /// <summary>What strace counted, if it did.</summary>
    public IReadOnlyDictionary<Lane, IReadOnlyList<(string Name, CallCount Count)>>? Counts { get; set; }

    private Lane Subject => lanes[0];

    private IEnumerable<Lane> Others => lanes.Skip(1);

    public void Add(Section section) => _sections.Add(section);

    public string ToMarkdown()
    {
        var text = new StringBuilder("# The shim, measured beside containerd-shim-runc-v2\n\n");
        text.AppendJoin("\n", Header.Select(h => "- " + h)).Append('\n');
        text.AppendJoin("", Failures.Select(f => $"- failed: {f}\n"));
        text.Append($"\nRatios: {Subject.Peer.Name}'s value over the other's, from this one run. An aim is for the ratio to runc.\n");
        foreach (Section section in _sections)
        {
            text.Append($"\n## {section.Title}\n\n{section.Note}\n\n");
            if (Counts != null && section == _sections[^1])
            {
                AppendCounts(text, Counts);
            }
            else
            {
                AppendTable(text, section);
            }
        }

        return text.ToString();
    }

    private void AppendTable(StringBuilder text, Section section)
    {
        bool aims = section.Figures.Any(f => f.Aim != null);
        text.Append("| |").AppendJoin("", lanes.Select(l => $" {l.Peer.Name} |")).AppendJoin("", Others.Select(l => $" / {l.Peer.Name} |")).Append(aims ? " aim |\n" : "\n");
        text.Append("|---|").Insert(text.Length, "---|", lanes.Count + Others.Count() + (aims ? 1 : 0)).Append('\n');
        foreach (Figure figure in section.Figures)
        {
            text.Append($"| {figure.Title} |").AppendJoin("", lanes.Select(l => $" {Cell(figure, l)} |")).AppendJoin("", Others.Select(l => $" {Ratio(figure, l)} |"));
            text.Append(!aims ? "" : figure.Aim is { } aim ? string.Create(CultureInfo.InvariantCulture, $" ≤ {aim} |") : " |").Append('\n');
        }
    }

    private static string Cell(Figure figure, Lane lane)
    {
        if (!figure.Values.TryGetValue(lane, out Samples? samples))
        {
            return "failed";
        }

        string median = Number(figure, samples.Median);
        return figure.ShowsP90 ? $"{median} ({Number(figure, samples.P90)})" : median;
    }

    private string Ratio(Figure figure, Lane other) =>
        figure.Values.TryGetValue(Subject, out Samples? ours) && figure.Values.TryGetValue(other, out Samples? theirs)
            ? (ours.Median / theirs.Median).ToString("0.00", CultureInfo.InvariantCulture)
            : "";

    private static string Number(Figure figure, double value) => value.ToString(
        figure.Unit == "KiB" || value >= 1000 ? "0" : figure.Unit.Length == 0 ? "0.#" : value >= 100 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    private void AppendCounts(StringBuilder text, IReadOnlyDictionary<Lane, IReadOnlyList<(string Name, CallCount Count)>> counts)
    {
        text.Append("| |").AppendJoin("", lanes.Select(l => $" {l.Peer.Name} |")).Append("\n|---|").Insert(text.Length, "---|", lanes.Count).Append('\n');
        foreach ((string name, string title) in CallsMeasure.Operations)
        {
            text.Append($"| {title} |");
            foreach (Lane lane in lanes)
            {
                text.Append($" {(counts.TryGetValue(lane, out IReadOnlyList<(string Name, CallCount Count)>? all) ? all.First(c => c.Name == name).Count : "failed")} |");
            }

            text.Append('\n');
        }
    }
}
