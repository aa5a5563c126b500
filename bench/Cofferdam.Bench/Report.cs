using System.Globalization;
using System.Text;

namespace Cofferdam.Bench;

/// <summary>Everything one run measured, and the table of it.</summary>
internal sealed record Report(Peer Subject, IReadOnlyList<Peer> Peers, IReadOnlyList<Outcome> Outcomes, IReadOnlyList<MemoryOutcome> Memory, string Host)
{
    /// <summary>Markdown: median / p90 wall and median CPU in ms for each runtime, then the subject's median as a share of the others'.</summary>
    public string ToTable()
    {
        var text = new StringBuilder();
        text.AppendLine($"{Host}. Milliseconds: median wall (p90; CPU median). Ratios: {Subject.Name}'s median over the other's, from this one run.").AppendLine();
        Header(text, "scenario");
        foreach (Outcome outcome in Outcomes)
        {
            text.Append($"| {outcome.Title} |");
            foreach (Series series in outcome.Series)
            {
                text.Append(series.Failure != null || series.Count == 0 ? " failed |" : string.Create(CultureInfo.InvariantCulture, $" {series.Median:0.00} ({series.P90:0.0}; {series.CpuMedian:0.0}) |"));
            }

            Ratios(text, Values(outcome));
        }

        text.AppendLine();
        Header(text, "memory, KiB");
        foreach (MemoryOutcome outcome in Memory)
        {
            text.Append($"| {outcome.Title} |");
            foreach ((_, double? value) in outcome.Values)
            {
                text.Append(value == null ? " failed |" : string.Create(CultureInfo.InvariantCulture, $" {value:0} |"));
            }

            Ratios(text, outcome.Values);
        }

        return text.ToString();
    }

    public static IReadOnlyList<(Peer Peer, double? Value)> Values(Outcome outcome) =>
        [.. outcome.Series.Select(s => (s.Peer, s.Failure == null && s.Count > 0 ? s.Median : (double?)null))];

    private IEnumerable<Peer> Others => Peers.Where(p => p != Subject);

    private void Header(StringBuilder text, string first)
    {
        text.Append($"| {first} |").AppendJoin("", Peers.Select(p => $" {p.Name} |")).AppendJoin("", Others.Select(p => $" / {p.Name} |")).AppendLine();
        text.Append('|').Insert(text.Length, "---|", Peers.Count + Peers.Count).AppendLine();
    }

    private void Ratios(StringBuilder text, IReadOnlyList<(Peer Peer, double? Value)> values)
    {
        double? subject = values.First(v => v.Peer == Subject).Value;
        foreach ((Peer peer, double? value) in values.Where(v => v.Peer != Subject))
        {
            text.Append(string.Create(CultureInfo.InvariantCulture, $" {subject / value:0.00} |"));
        }

        text.AppendLine();
    }
}
