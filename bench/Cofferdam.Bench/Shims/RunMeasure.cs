namespace Cofferdam.Bench.Shims;

/// <summary><c>ctr run --rm</c> of /bin/true, from the command line to its end.</summary>
internal sealed class RunMeasure() : Measure("run")
{
    private const int WarmUps = 2;

    public override IEnumerable<Section> Run(Turns turns, ShimOptions options)
    {
        var times = new FigureSet();
        var cpu = new FigureSet();
        Condition(turns, options, times, cpu, "overlayfs", 0, onDisk: false);
        Condition(turns, options, times, cpu, "overlayfs", options.Pause, onDisk: false);
        Condition(turns, options, times, cpu, "native", 0, onDisk: false);
        Condition(turns, options, times, cpu, "overlayfs", 0, onDisk: true);
        yield return new Section("`ctr run --rm` of /bin/true, whole", "Milliseconds of wall clock: median (p90). containerd's content, snapshots and database are on a tmpfs, except in the row that says so.",
            times.Finish(turns));
        yield return new Section("CPU of `ctr run --rm`", "Milliseconds of user and system time for one container, mean, with what is tidied up after ctr has returned.", cpu.Finish(turns));
    }

    private static void Condition(Turns turns, ShimOptions options, FigureSet times, FigureSet cpu, string snapshotter, int pause, bool onDisk)
    {
        string condition = $"{snapshotter}, {(pause > 0 ? $"{pause} ms pauses" : "back to back")}{(onDisk ? ", containerd's root on a disk" : "")}";
        string name = $"{snapshotter}{(pause > 0 ? "-pauses" : "")}{(onDisk ? "-disk" : "")}";
        Console.Error.WriteLine($"ctr run --rm, {condition} …");
        double? aim = snapshotter == "overlayfs" && !onDisk ? 0.6 : null;
        times.Declare(name, condition, "ms", showsP90: true, aim);
        cpu.Declare(name + "-all", condition + ", with ctr", "ms").Declare(name, condition + ", without ctr", "ms");

        var containerds = new Dictionary<Lane, PrivateContainerd>();
        var account = new CpuAccount(l => l.Group);
        turns.Once(lane => containerds[lane] = onDisk ? lane.StartOnDisk() : lane.Containerd);
        turns.Repeat(options.Rounds, pause, (lane, round) =>
        {
            if (round == 0)
            {
                account.Start(lane);
            }

            Sample sample = lane.Run(containerds[lane], lane.NextId(), ["--rm", "--snapshotter", snapshotter], "/bin/true").Run();
            if (round >= 0)
            {
                times.Add(name, lane, sample.WallMilliseconds);
                account.Count(lane, sample.CpuMilliseconds);
            }
        }, WarmUps);
        turns.Once(lane =>
        {
            (double group, double client) = account.Finish(lane);
            cpu.Add(name + "-all", lane, group + client);
            cpu.Add(name, lane, group);
            if (onDisk)
            {
                containerds[lane].Stop();
            }
        });
    }
}
