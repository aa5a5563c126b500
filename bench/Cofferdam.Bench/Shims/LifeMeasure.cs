using System.Diagnostics;

namespace Cofferdam.Bench.Shims;

/// <summary>The life of a shim and its container without ctr and containerd: the calls that containerd makes, made by this program.</summary>
internal sealed class LifeMeasure() : Measure("life")
{
    private const int WarmUps = 2;

    public override IEnumerable<Section> Run(Turns turns, ShimOptions options)
    {
        Console.Error.WriteLine("calls to the shim: a container's life …");
        FigureSet figures = new FigureSet()
            .Declare("start", "`start` until its address is known", "ms", showsP90: true)
            .Declare("answer", "`start` until the first call is answered", "ms", showsP90: true)
            .Declare("create", "Create", "ms", showsP90: true)
            .Declare("start-task", "Start", "ms", showsP90: true)
            .Declare("kill", "Kill and Wait", "ms", showsP90: true)
            .Declare("delete", "Delete", "ms", showsP90: true)
            .Declare("shutdown", "Shutdown until the process has ended", "ms", showsP90: true)
            .Declare("life", "all of it, wall", "ms", showsP90: true)
            .Declare("life-cpu", "all of it, CPU", "ms");
        turns.Repeat(options.Rounds, 0, (lane, round) => Live(lane, round >= 0 ? figures : null), WarmUps);
        CpuGroup.Leave();
        yield return new Section("A container's life by calls over the shim's socket",
            "Milliseconds: median (p90), of a container that sleeps. The client of these rows is the benchmark itself, which makes the calls that containerd makes; CPU is that of the shim, "
            + "the runtime and the container.", figures.Finish(turns));
    }

    private static void Live(Lane lane, FigureSet? figures)
    {
        lane.DirectShims.Enter();
        // Moving this process must not have warmed up what a container's move into its cgroup waits for.
        Thread.Sleep(50);
        double before = lane.Direct.CpuMilliseconds - OwnCpu();
        long start = Stopwatch.GetTimestamp();
        using HandStartedShim shim = HandStartedShim.Start(lane, "/bin/sleep 100000");
        (string, double)[] times =
        [
            ("start", shim.StartMilliseconds), ("answer", shim.AnswerMilliseconds),
            ("create", Time(shim.Create)), ("start-task", Time(shim.StartContainer)), ("kill", Time(shim.Kill)), ("delete", Time(shim.Delete)), ("shutdown", Time(shim.Shutdown)),
            ("life", Stopwatch.GetElapsedTime(start).TotalMilliseconds), ("life-cpu", lane.Direct.CpuMilliseconds - OwnCpu() - before),
        ];
        foreach ((string name, double value) in times)
        {
            figures?.Add(name, lane, value);
        }
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static unsafe double OwnCpu()
    {
        Rusage usage;
        Libc.getrusage(0, &usage);
        return usage.CpuMilliseconds;
    }
}
