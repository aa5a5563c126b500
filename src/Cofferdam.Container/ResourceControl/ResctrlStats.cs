namespace Cofferdam.Containers.ResourceControl;

/// <summary>What resctrl tells of a container's class of service and of what the container used.</summary>
public sealed record ResctrlStats
{
    /// <summary>What the L3 cache can be divided into; null where it cannot. With code and data prioritization that of code.</summary>
    public CacheAllocationInfo? L3Cache { get; init; }

    /// <summary>How memory bandwidth can be limited; null where it cannot.</summary>
    public MemoryBandwidthInfo? MemoryBandwidth { get; init; }

    /// <summary>The lines of the root group's schemata: what belongs to no class.</summary>
    public IReadOnlyList<string> RootSchemata { get; init; } = [];

    /// <summary>The lines of the container's group.</summary>
    public IReadOnlyList<string> Schemata { get; init; } = [];

    /// <summary>
    /// What was measured, by cache. Empty without monitoring, and for a container in a group of others without a monitoring
    /// group of its own: its counters would be those of all.
    /// </summary>
    public IReadOnlyList<CacheMonitorStats> Monitoring { get; init; } = [];
}
