namespace Cofferdam.Cgroups;

/// <summary>How often a cgroup met its memory boundaries (memory.events, cgroup-v2.rst).</summary>
public sealed record MemoryEventCounts
{
    /// <summary>Reclaimed although below memory.low.</summary>
    public ulong Low { get; init; }

    /// <summary>Throttled because of memory.high.</summary>
    public ulong High { get; init; }

    /// <summary>About to go over memory.max.</summary>
    public ulong Max { get; init; }

    /// <summary>An allocation was about to fail for memory.max.</summary>
    public ulong Oom { get; init; }

    /// <summary>Processes that the OOM killer killed.</summary>
    public ulong OomKill { get; init; }

    /// <summary>Kills of the whole cgroup (memory.oom.group, 5.17).</summary>
    public ulong OomGroupKill { get; init; }
}
