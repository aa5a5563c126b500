namespace Cofferdam.Bench.Shims;

/// <summary>Execs of /bin/true by <c>ctr tasks exec</c> in a container that sleeps.</summary>
internal sealed class CtrExecMeasure() : Measure("exec")
{
    private const int WarmUps = 2;

    public override IEnumerable<Section> Run(Turns turns, ShimOptions options)
    {
        Console.Error.WriteLine("ctr tasks exec …");
        string execs = $"{options.Execs} execs";
        FigureSet figures = new FigureSet()
            .Declare("exec", "one exec, wall", "ms", showsP90: true)
            .Declare("execs-wall", execs + ", wall", "ms")
            .Declare("execs-cpu-all", execs + ", CPU with ctr", "ms")
            .Declare("execs-cpu", execs + ", CPU without ctr", "ms", aim: 0.2);
        var ids = new Dictionary<Lane, string>();
        var walls = new Dictionary<Lane, double>();
        var account = new CpuAccount(l => l.Group);
        turns.Once(lane => ids[lane] = lane.RunDetached());
        turns.Repeat(options.Execs, 0, (lane, round) =>
        {
            if (round == 0)
            {
                account.Start(lane);
            }

            Sample sample = lane.Containerd.Ctr("tasks", "exec", "--exec-id", $"e{round}", ids[lane], "/bin/true").Run();
            if (round >= 0)
            {
                figures.Add("exec", lane, sample.WallMilliseconds);
                walls[lane] = walls.GetValueOrDefault(lane) + sample.WallMilliseconds;
                account.Count(lane, sample.CpuMilliseconds);
            }
        }, WarmUps);
        turns.Once(lane =>
        {
            (double group, double client) = account.Finish(lane);
            figures.Add("execs-wall", lane, walls[lane]);
            figures.Add("execs-cpu-all", lane, (group + client) * options.Execs);
            figures.Add("execs-cpu", lane, group * options.Execs);
            lane.Remove(ids[lane]);
            lane.WaitUntilNoShimRuns();
        });
        yield return new Section("`ctr tasks exec` of /bin/true", "Milliseconds. CPU without ctr is that of containerd, the shim, the runtime and the container.", figures.Finish(turns));
    }
}
