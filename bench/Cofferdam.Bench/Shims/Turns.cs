namespace Cofferdam.Bench.Shims;

/// <summary>Lets the shims take turns in a new random order each round, so that a slow moment of the host meets all of them. A shim that fails is out.</summary>
internal sealed class Turns(IReadOnlyList<Lane> lanes, CancellationToken stop)
{
    private readonly Random _random = new();
    private readonly HashSet<Lane> _failed = [];

    /// <summary>What went wrong, for the report.</summary>
    public List<string> Failures { get; } = [];

    public IEnumerable<Lane> Lanes => lanes.Where(l => !_failed.Contains(l));

    public void Once(Action<Lane> step) => Repeat(1, 0, (lane, _) => step(lane));

    /// <summary>The rounds before the first have negative numbers and warm up.</summary>
    public void Repeat(int rounds, int pauseMilliseconds, Action<Lane, int> step, int warmUps = 0)
    {
        for (int round = -warmUps; round < rounds; round++)
        {
            Lane[] order = [.. lanes];
            _random.Shuffle(order);
            foreach (Lane lane in order.Where(l => !_failed.Contains(l)))
            {
                stop.ThrowIfCancellationRequested();
                Descendants.Reap();
                if (pauseMilliseconds > 0)
                {
                    Thread.Sleep(pauseMilliseconds);
                }

                Attempt(lane, () => step(lane, round));
            }
        }
    }

    private void Attempt(Lane lane, Action action)
    {
        try
        {
            action();
        }
        catch (PeerFailedException failure)
        {
            // What ^C did to a child is not the shim's failure; the child may have been told first.
            stop.WaitHandle.WaitOne(100);
            stop.ThrowIfCancellationRequested();
            _failed.Add(lane);
            // Go programs pad what they say with blanks.
            string message = $"{lane.Peer.Name}: {string.Join(' ', failure.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}";
            Failures.Add(message);
            Console.Error.WriteLine("  " + message);
        }
    }
}
