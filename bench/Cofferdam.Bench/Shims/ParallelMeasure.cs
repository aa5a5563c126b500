using System.Diagnostics;

namespace Cofferdam.Bench.Shims;

/// <summary>Containers a second with some started at once.</summary>
internal sealed class ParallelMeasure() : Measure("parallel")
{
    private const int AtOnce = 4;

    public override IEnumerable<Section> Run(Turns turns, ShimOptions options)
    {
        Console.Error.WriteLine($"{AtOnce} at once …");
        FigureSet figures = new FigureSet()
            .Declare("ctr", "`ctr run --rm` of /bin/true", "1/s")
            .Declare("ctr-cpu", "CPU of one, with ctr", "ms")
            .Declare("direct", "a container's life by calls over the shims' sockets", "1/s")
            .Declare("direct-cpu", "CPU of one", "ms");
        int each = Math.Max(options.Rounds / 3, 2);
        turns.Repeat(options.ParallelRounds, 0, (lane, _) =>
        {
            double before = lane.Group.CpuMilliseconds;
            (double rate, double client) = Together(each, () => lane.Run(lane.Containerd, lane.NextId(), ["--rm"], "/bin/true").TryRun(out Sample sample) == 0
                ? sample.CpuMilliseconds
                : throw new PeerFailedException("ctr run does not succeed"));
            lane.WaitUntilNoShimRuns();
            figures.Add("ctr", lane, rate);
            figures.Add("ctr-cpu", lane, ((lane.Group.CpuMilliseconds - before) / (AtOnce * each)) + client);
        });
        turns.Repeat(options.ParallelRounds, 0, (lane, _) =>
        {
            lane.DirectShims.Enter();
            double before = lane.Direct.CpuMilliseconds;
            double rate = Together(each, () => Live(lane)).Rate;
            figures.Add("direct", lane, rate);
            figures.Add("direct-cpu", lane, (lane.Direct.CpuMilliseconds - before) / (AtOnce * each));
        });
        CpuGroup.Leave();
        yield return new Section($"Containers a second, {AtOnce} at once", $"{AtOnce} clients, each with one container after the other, {AtOnce * each} in all; shims are started and end with their containers.",
            figures.Finish(turns));
    }

    private static double Live(Lane lane)
    {
        using HandStartedShim shim = HandStartedShim.Start(lane, "/bin/true");
        shim.Create();
        shim.StartContainer();
        shim.Await();
        shim.Delete();
        shim.Shutdown();
        return 0;
    }

    /// <summary>Containers a second and the mean of what the action returns.</summary>
    private static (double Rate, double Mean) Together(int each, Func<double> action)
    {
        PeerFailedException? failure = null;
        double[] sums = new double[AtOnce];
        long start = Stopwatch.GetTimestamp();
        Thread[] threads = [.. Enumerable.Range(0, AtOnce).Select(n => new Thread(() =>
        {
            try
            {
                for (int i = 0; i < each && failure == null; i++)
                {
                    sums[n] += action();
                }
            }
            catch (PeerFailedException first)
            {
                failure = first;
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        int count = AtOnce * each;
        return failure == null ? (count / Stopwatch.GetElapsedTime(start).TotalSeconds, sums.Sum() / count) : throw new PeerFailedException(failure.Message);
    }
}
