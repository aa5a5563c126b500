namespace Cofferdam.Cgroups;

/// <summary>The rdma controller's counters (cgroup-v1/rdma.rst).</summary>
public sealed record RdmaStats
{
    public IReadOnlyList<RdmaEntry> Limits { get; init; } = [];

    public IReadOnlyList<RdmaEntry> Current { get; init; } = [];
}
