namespace Cofferdam.Cgroups;

/// <summary>Time on CPUs and how much of it was withheld; all times in nanoseconds.</summary>
public sealed record CpuStats
{
    public ulong TotalUsage { get; init; }

    public ulong UsageInKernel { get; init; }

    public ulong UsageInUser { get; init; }

    /// <summary>One entry for each possible CPU.</summary>
    public IReadOnlyList<ulong> PerCpuUsage { get; init; } = [];

    public IReadOnlyList<ulong> PerCpuUsageInKernel { get; init; } = [];

    public IReadOnlyList<ulong> PerCpuUsageInUser { get; init; } = [];

    /// <summary>Enforcement periods that have passed while the cgroup was runnable (cpu.stat nr_periods).</summary>
    public ulong Periods { get; init; }

    /// <summary>Periods in which the quota ran out (nr_throttled).</summary>
    public ulong ThrottledPeriods { get; init; }

    public ulong ThrottledTime { get; init; }

    /// <summary>Periods in which a burst was used (nr_bursts, 5.14).</summary>
    public ulong BurstPeriods { get; init; }

    public ulong BurstTime { get; init; }

    /// <summary>cpu.pressure; null where the kernel does not measure it.</summary>
    public PressureStats? Pressure { get; init; }
}
