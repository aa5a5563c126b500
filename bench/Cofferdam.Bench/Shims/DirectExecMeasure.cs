using System.Diagnostics;

namespace Cofferdam.Bench.Shims;

/// <summary>Execs of /bin/true by calls over the shim's socket: what the shim and the runtime cost alone.</summary>
internal sealed class DirectExecMeasure() : Measure("direct-exec")
{
    private const int WarmUps = 2;

    public override IEnumerable<Section> Run(Turns turns, ShimOptions options)
    {
        string execs = $"{options.Execs} execs";
        var figures = new FigureSet();
        foreach ((string name, string title) in ((string, string)[])[("fifo", "output to fifos"), ("null", "no output")])
        {
            Console.Error.WriteLine($"calls to the shim: execs, {title} …");
            figures.Declare("exec-" + name, $"one exec, {title}, wall", "ms", showsP90: true)
                .Declare($"execs-{name}-wall", $"{execs}, {title}, wall", "ms")
                .Declare($"execs-{name}-cpu", $"{execs}, {title}, CPU", "ms", aim: 0.2);
            Execs(turns, options, figures, name);
        }

        yield return new Section("Execs by calls over the shim's socket",
            "Milliseconds. Each exec is the calls Exec, Start, Wait and Delete, made by one client that costs nothing here; CPU is that of the shim, the runtime and /bin/true.", figures.Finish(turns));
    }

    private static void Execs(Turns turns, ShimOptions options, FigureSet figures, string name)
    {
        var shims = new Dictionary<Lane, HandStartedShim>();
        var walls = new Dictionary<Lane, double>();
        var account = new CpuAccount(l => l.Direct);
        turns.Once(lane =>
        {
            lane.DirectShims.Enter();
            shims[lane] = HandStartedShim.Start(lane, "/bin/sleep 100000");
            shims[lane].Create();
            shims[lane].StartContainer();
        });
        CpuGroup.Leave();
        turns.Repeat(options.Execs, 0, (lane, round) =>
        {
            if (round == 0)
            {
                account.Start(lane);
            }

            long start = Stopwatch.GetTimestamp();
            if (name == "fifo")
            {
                shims[lane].ExecWithFifos();
            }
            else
            {
                shims[lane].Exec();
            }

            double wall = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (round >= 0)
            {
                figures.Add("exec-" + name, lane, wall);
                walls[lane] = walls.GetValueOrDefault(lane) + wall;
                account.Count(lane);
            }
        }, WarmUps);
        turns.Once(lane =>
        {
            figures.Add($"execs-{name}-wall", lane, walls[lane]);
            figures.Add($"execs-{name}-cpu", lane, account.Finish(lane).Group * options.Execs);
            using HandStartedShim shim = shims[lane];
            shim.Kill();
            shim.Delete();
            shim.Shutdown();
        });
    }
}
