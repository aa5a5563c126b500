namespace Cofferdam.Bench.Shims;

/// <summary>Memory of processes as /proc/pid/smaps_rollup adds it up, in KiB.</summary>
internal readonly record struct ShimMemory(double Pss, double Anonymous, double Rss, double Private, int Threads, int Processes)
{
    public static ShimMemory Of(IReadOnlyList<int> processes)
    {
        var sum = new ShimMemory(0, 0, 0, 0, 0, 0);
        foreach (int pid in processes)
        {
            Dictionary<string, double> values = File.ReadLines($"/proc/{pid}/smaps_rollup").Skip(1)
                .Select(l => l.Split((char[])[':', ' '], StringSplitOptions.RemoveEmptyEntries)).ToDictionary(w => w[0], w => double.Parse(w[1]));
            int threads = Directory.GetDirectories($"/proc/{pid}/task").Length;
            sum = new ShimMemory(sum.Pss + values["Pss"], sum.Anonymous + values["Pss_Anon"], sum.Rss + values["Rss"], sum.Private + values["Private_Clean"] + values["Private_Dirty"],
                sum.Threads + threads, sum.Processes + 1);
        }

        return sum;
    }
}
