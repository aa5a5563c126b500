namespace Cofferdam.Bench.Shims;

/// <summary><c>ctr run -d</c>: it returns when the task runs. Removing it is not counted.</summary>
internal sealed class DetachedMeasure() : Measure("detached")
{
    private const int WarmUps = 2;

    public override IEnumerable<Section> Run(Turns turns, ShimOptions options)
    {
        Console.Error.WriteLine("ctr run -d …");
        FigureSet figures = new FigureSet()
            .Declare("run-d", "`ctr run -d`, wall", "ms", showsP90: true)
            .Declare("run-d-cpu-all", "CPU with ctr", "ms")
            .Declare("run-d-cpu", "CPU without ctr", "ms");
        turns.Repeat(options.Rounds, 0, (lane, round) =>
        {
            string id = lane.NextId();
            double before = lane.Group.CpuMilliseconds;
            Sample sample = lane.Run(lane.Containerd, id, ["-d"], "/bin/sleep", "100000").Run();
            double cpu = lane.Group.CpuMilliseconds - before;
            lane.Remove(id);
            lane.WaitUntilNoShimRuns();
            if (round >= 0)
            {
                figures.Add("run-d", lane, sample.WallMilliseconds);
                figures.Add("run-d-cpu-all", lane, cpu + sample.CpuMilliseconds);
                figures.Add("run-d-cpu", lane, cpu);
            }
        }, WarmUps);
        yield return new Section("Start latency: `ctr run -d` until the task runs", "Milliseconds, median (p90 of the wall clock); CPU until ctr returns.", figures.Finish(turns));
    }
}
