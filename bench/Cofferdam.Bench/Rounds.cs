namespace Cofferdam.Bench;

/// <summary>Runs all runtimes interleaved, in a new random order each round, so that a slow moment of the host meets all of them.</summary>
internal sealed class Rounds(Workspace workspace, IReadOnlyList<Peer> peers, int count)
{
    private const int WarmUps = 2;
    private readonly Random _random = new();

    public Outcome Measure(Scenario scenario, string condition, int pauseMilliseconds)
    {
        List<Series> all = [.. peers.Select(p => new Series(p))];
        foreach (Series series in all)
        {
            Attempt(series, () => scenario.Prepare(series.Peer, workspace));
        }

        for (int round = -WarmUps; round < count; round++)
        {
            Series[] order = [.. all];
            _random.Shuffle(order);
            foreach (Series series in order.Where(s => s.Failure == null))
            {
                Pause(pauseMilliseconds);
                Attempt(series, () =>
                {
                    Sample sample = scenario.Measure(series.Peer);
                    if (round >= 0)
                    {
                        series.Add(sample);
                    }
                });
            }
        }

        foreach (Series series in all)
        {
            Attempt(series, () => scenario.Finish(series.Peer));
        }

        return new Outcome($"{scenario.Name}{(condition.Length > 0 ? "-" : "")}{condition.Replace(' ', '-')}",
            condition.Length > 0 ? $"{scenario.Title}, {condition}" : scenario.Title, all);
    }

    public MemoryOutcome Measure(string name, string title, Func<Peer, Workspace, double> measure)
    {
        var values = new List<(Peer, double?)>();
        foreach (Peer peer in peers)
        {
            try
            {
                values.Add((peer, measure(peer, workspace)));
            }
            catch (PeerFailedException failure)
            {
                Console.Error.WriteLine($"  {peer.Name}: {failure.Message}");
                values.Add((peer, null));
            }
        }

        return new MemoryOutcome(name, title, values);
    }

    // Lets the kernel's grace periods run out between launches, as they do on a host that starts a container now and then.
    private static void Pause(int milliseconds)
    {
        if (milliseconds > 0)
        {
            Thread.Sleep(milliseconds);
        }
    }

    private static void Attempt(Series series, Action action)
    {
        try
        {
            action();
        }
        catch (PeerFailedException failure)
        {
            series.Failure = failure.Message;
            Console.Error.WriteLine($"  {series.Peer.Name}: {failure.Message}");
        }
    }
}
