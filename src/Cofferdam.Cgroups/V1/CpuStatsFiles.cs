namespace Cofferdam.Cgroups.V1;

/// <summary>Reads <see cref="CpuStats"/> from the cpu and the cpuacct controller, either of which may be absent.</summary>
internal static class CpuStatsFiles
{
    // cpuacct.stat counts in USER_HZ, which is 100 on every architecture we run on.
    private const ulong NanosecondsPerTick = 1_000_000_000 / 100;

    public static CpuStats Read(V1Directory? cpu, V1Directory? cpuacct)
    {
        Dictionary<string, ulong> bandwidth = KernelText.Keyed(cpu?.TryRead("cpu.stat"));
        Dictionary<string, ulong> times = KernelText.Keyed(cpuacct?.TryRead("cpuacct.stat"));
        (List<ulong> user, List<ulong> kernel) = ParseUsageAll(cpuacct?.TryRead("cpuacct.usage_all"));
        return new CpuStats
        {
            TotalUsage = cpuacct?.ReadNumber("cpuacct.usage") ?? 0,
            PerCpuUsage = KernelText.Numbers(cpuacct?.TryRead("cpuacct.usage_percpu")),
            PerCpuUsageInKernel = kernel,
            PerCpuUsageInUser = user,
            UsageInKernel = times.GetValueOrDefault("system") * NanosecondsPerTick,
            UsageInUser = times.GetValueOrDefault("user") * NanosecondsPerTick,
            Periods = bandwidth.GetValueOrDefault("nr_periods"),
            ThrottledPeriods = bandwidth.GetValueOrDefault("nr_throttled"),
            ThrottledTime = bandwidth.GetValueOrDefault("throttled_time"),
            BurstPeriods = bandwidth.GetValueOrDefault("nr_bursts"),
            BurstTime = bandwidth.GetValueOrDefault("burst_time"),
        };
    }

    /// <summary>Lines of <c>cpu user system</c> below a header (cpuacct.usage_all, 4.7).</summary>
    internal static (List<ulong> User, List<ulong> Kernel) ParseUsageAll(string? text)
    {
        List<ulong> user = [];
        List<ulong> kernel = [];
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.IsEmpty || !char.IsAsciiDigit(line[0])) continue;
            List<ulong> numbers = KernelText.Numbers(line.ToString());
            if (numbers.Count < 3) continue;
            user.Add(numbers[1]);
            kernel.Add(numbers[2]);
        }

        return (user, kernel);
    }
}
