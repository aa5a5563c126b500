namespace Cofferdam.Cgroups;

/// <summary>The memory controller's counters, in bytes.</summary>
public sealed record MemoryStats
{
    /// <summary>Page cache (memory.stat "cache").</summary>
    public ulong Cache { get; init; }

    public MemoryCounter Usage { get; init; }

    /// <summary>Memory plus swap (memory.memsw.*; on cgroup v2 the sum of both); zero where the kernel does not count swap.</summary>
    public MemoryCounter SwapUsage { get; init; }

    /// <summary>Swap alone, computed from the two above.</summary>
    public MemoryCounter SwapOnlyUsage { get; init; }

    public MemoryCounter KernelUsage { get; init; }

    public MemoryCounter KernelTcpUsage { get; init; }

    public bool UseHierarchy { get; init; }

    /// <summary>Every line of memory.stat.</summary>
    public IReadOnlyDictionary<string, ulong> Raw { get; init; } = new Dictionary<string, ulong>();

    /// <summary>memory.numa_stat, in pages.</summary>
    public NumaStats Numa { get; init; } = new();

    /// <summary>Whether the OOM killer is off for the cgroup (memory.oom_control).</summary>
    public bool OomKillDisabled { get; init; }

    /// <summary>Whether processes are stopped for lack of memory right now.</summary>
    public bool UnderOom { get; init; }

    /// <summary>Processes killed by the OOM killer (4.13).</summary>
    public ulong OomKills { get; init; }

    /// <summary>memory.events, nested cgroups included; null on cgroup v1.</summary>
    public MemoryEventCounts? Events { get; init; }

    /// <summary>memory.pressure; null where the kernel does not measure it.</summary>
    public PressureStats? Pressure { get; init; }
}
