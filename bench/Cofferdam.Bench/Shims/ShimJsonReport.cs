using System.Text.Json.Nodes;

namespace Cofferdam.Bench.Shims;

/// <summary>The same for programs, with every sample.</summary>
internal static class ShimJsonReport
{
    public static string Write(ShimReport report, ShimOptions options, DateTimeOffset time) => new JsonObject
    {
        ["time"] = time.ToString("yyyy-MM-dd'T'HH:mm'Z'"),
        ["rounds"] = options.Rounds,
        ["execs"] = options.Execs,
        ["about"] = Texts(report.Header),
        ["failures"] = Texts(report.Failures),
        ["shims"] = Texts(report.Lanes.Select(l => l.Peer.Name)),
        ["tables"] = new JsonArray([.. report.Sections.Select(Table)]),
        ["programs"] = report.Counts == null ? null : new JsonObject(report.Counts.Select(c => KeyValuePair.Create(c.Key.Peer.Name, (JsonNode?)Counts(c.Value)))),
    }.ToJsonString(new() { WriteIndented = true }) + "\n";

    private static JsonObject Table(Section section) => new() { ["title"] = section.Title, ["rows"] = new JsonArray([.. section.Figures.Select(Row)]) };

    private static JsonObject Row(Figure figure) => new()
    {
        ["name"] = figure.Name,
        ["title"] = figure.Title,
        ["unit"] = figure.Unit,
        ["aim"] = figure.Aim,
        ["values"] = new JsonObject(figure.Values.Select(v => KeyValuePair.Create(v.Key.Peer.Name, (JsonNode?)Values(v.Value)))),
    };

    private static JsonObject Values(Samples samples) => new()
    {
        ["median"] = Math.Round(samples.Median, 3),
        ["p90"] = Math.Round(samples.P90, 3),
        // One line a row, however many there are.
        ["samples"] = string.Join(' ', samples.Values.Select(v => Math.Round(v, 2))),
    };

    private static JsonObject Counts(IReadOnlyList<(string Name, CallCount Count)> counts) => new(counts.Select(c => KeyValuePair.Create(c.Name, (JsonNode?)new JsonObject
    {
        ["programs"] = new JsonObject(c.Count.Programs.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
        ["processes"] = c.Count.Processes,
        ["threads"] = c.Count.Threads,
        ["calls of the shim"] = c.Count.ShimCalls,
        ["calls of others"] = c.Count.OtherCalls,
    })));

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];
}
