namespace Cofferdam.Bench.Shims;

/// <summary>What an idle shim occupies: one container, a pod in one shim, many shims.</summary>
internal sealed class MemoryMeasure() : Measure("memory")
{
    private const int Containers = 10;
    private const int SettleMilliseconds = 700;
    private const int QuietMilliseconds = 3000;
    private static readonly string[] s_kinds = ["pss", "anonymous", "rss", "private", "threads"];

    public override IEnumerable<Section> Run(Turns turns, ShimOptions options)
    {
        var figures = new FigureSet();
        foreach (string kind in s_kinds)
        {
            string unit = kind == "threads" ? "" : "KiB";
            string title = kind switch { "pss" => "PSS", "anonymous" => "of its PSS not from files", "rss" => "RSS", "private" => "private memory", _ => "threads" };
            figures.Declare($"{kind}-one", $"{title}, 1 container, just started", unit, aim: kind == "pss" ? 0.5 : null)
                .Declare($"{kind}-execs", $"{title}, 1 container, after {options.Execs} execs", unit, aim: kind == "pss" ? 0.5 : null)
                .Declare($"{kind}-pod", $"{title}, a pod of {Containers} containers, just started", unit, aim: kind == "pss" ? 0.5 : null)
                .Declare($"{kind}-many", $"{title}, each of {Containers} shims with 1 container", unit, aim: kind == "pss" ? 0.5 : null)
                .Declare($"{kind}-one-quiet", $"{title}, 1 container, 3 s later", unit, aim: kind == "pss" ? 0.5 : null)
                .Declare($"{kind}-execs-quiet", $"{title}, 1 container, 3 s after {options.Execs} execs", unit, aim: kind == "pss" ? 0.5 : null)
                .Declare($"{kind}-pod-quiet", $"{title}, a pod of {Containers} containers, 3 s later", unit, aim: kind == "pss" ? 0.5 : null)
                .Declare($"{kind}-many-quiet", $"{title}, each of {Containers} shims with 1 container, 3 s later", unit, aim: kind == "pss" ? 0.5 : null);
        }

        // One lane after the other: while one is measured no other shim runs.
        turns.Repeat(options.MemoryRounds, 0, (lane, round) =>
        {
            Execs(lane, options.Execs, figures);
            Pod(lane, round, figures);
            Many(lane, figures);
        });
        yield return new Section("Memory of the shim",
            "KiB of `/proc/pid/smaps_rollup`, idle, summed over the processes of the shim without those of the containers. Each shim's program is a copy of its own, so PSS shares nothing with "
            + "other shims of this host; with 10 shims they share the program's pages among themselves.", figures.Finish(turns));
    }

    private static void Execs(Lane lane, int count, FigureSet figures)
    {
        string id = lane.RunDetached();
        Report(lane, "one", 1, figures);
        for (int i = 0; i < count; i++)
        {
            lane.Containerd.Ctr("tasks", "exec", "--exec-id", "e" + i, id, "/bin/true").Run();
        }

        Report(lane, "execs", 1, figures);
        Remove(lane, id);
    }

    private static void Pod(Lane lane, int round, FigureSet figures)
    {
        string[] ids = [.. Enumerable.Range(0, Containers).Select(_ => lane.RunDetached("--annotation", $"io.kubernetes.cri.sandbox-id=pod{round}"))];
        Report(lane, "pod", 1, figures);
        Remove(lane, ids);
    }

    private static void Many(Lane lane, FigureSet figures)
    {
        string[] ids = [.. Enumerable.Range(0, Containers).Select(_ => lane.RunDetached())];
        Report(lane, "many", Containers, figures);
        Remove(lane, ids);
    }

    private static void Report(Lane lane, string name, int shims, FigureSet figures)
    {
        Thread.Sleep(SettleMilliseconds);
        Measure(lane, name, shims, figures);
        Thread.Sleep(QuietMilliseconds);
        Measure(lane, name + "-quiet", shims, figures);
    }

    private static void Measure(Lane lane, string name, int shims, FigureSet figures)
    {
        ShimMemory memory = ShimMemory.Of(Expect(lane, shims));
        figures.Add("pss-" + name, lane, memory.Pss / shims);
        figures.Add("anonymous-" + name, lane, memory.Anonymous / shims);
        figures.Add("rss-" + name, lane, memory.Rss / shims);
        figures.Add("private-" + name, lane, memory.Private / shims);
        figures.Add("threads-" + name, lane, (double)memory.Threads / shims);
    }

    // A shim may have children; but it is this lane's program that runs, and as many as there should be.
    private static IReadOnlyList<int> Expect(Lane lane, int shims)
    {
        IReadOnlyList<int> processes = lane.Shims;
        int found = processes.Count(p => new FileInfo($"/proc/{p}/exe").LinkTarget == lane.Shim);
        return found == shims
            ? processes
            : throw new PeerFailedException($"{found} processes run '{lane.Peer.FileName}', {shims} expected");
    }

    private static void Remove(Lane lane, params IReadOnlyList<string> ids)
    {
        lane.Remove(ids);
        lane.WaitUntilNoShimRuns();
    }
}
