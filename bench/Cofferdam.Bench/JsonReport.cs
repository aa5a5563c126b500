using System.Text.Json.Nodes;

namespace Cofferdam.Bench;

internal static class JsonReport
{
    public static string Write(Report report, int rounds, DateTimeOffset time) => new JsonObject
    {
        ["host"] = report.Host,
        ["time"] = time.ToString("yyyy-MM-dd'T'HH:mm'Z'"),
        ["rounds"] = rounds,
        ["unit"] = "ms wall unless named otherwise",
        ["peers"] = new JsonArray([.. report.Peers.Select(p => new JsonObject { ["name"] = p.Name, ["version"] = p.Version })]),
        ["scenarios"] = new JsonArray([.. report.Outcomes.Select(Scenario)]),
        ["memory"] = new JsonArray([.. report.Memory.Select(Memory)]),
    }.ToJsonString(new() { WriteIndented = true }) + "\n";

    private static JsonObject Scenario(Outcome outcome)
    {
        var results = new JsonObject();
        foreach (Series series in outcome.Series)
        {
            results[series.Peer.Name] = series.Failure != null || series.Count == 0
                ? new JsonObject { ["failure"] = series.Failure ?? "no samples" }
                : new JsonObject { ["median"] = Round(series.Median), ["p90"] = Round(series.P90), ["cpu"] = Round(series.CpuMedian), ["samples"] = series.Count };
        }

        return new JsonObject { ["name"] = outcome.Name, ["title"] = outcome.Title, ["results"] = results };
    }

    private static JsonObject Memory(MemoryOutcome outcome)
    {
        var results = new JsonObject();
        foreach ((Peer peer, double? value) in outcome.Values)
        {
            results[peer.Name] = value;
        }

        return new JsonObject { ["name"] = outcome.Name, ["title"] = outcome.Title, ["unit"] = "KiB", ["results"] = results };
    }

    private static double Round(double value) => Math.Round(value, 3);
}
