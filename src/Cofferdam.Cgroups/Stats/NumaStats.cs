namespace Cofferdam.Cgroups;

/// <summary>Pages by kind and memory node (memory.numa_stat), for the cgroup alone and with its descendants.</summary>
public sealed record NumaStats
{
    public NumaPages Total { get; init; } = new();

    public NumaPages File { get; init; } = new();

    public NumaPages Anon { get; init; } = new();

    public NumaPages Unevictable { get; init; } = new();

    public NumaPages HierarchicalTotal { get; init; } = new();

    public NumaPages HierarchicalFile { get; init; } = new();

    public NumaPages HierarchicalAnon { get; init; } = new();

    public NumaPages HierarchicalUnevictable { get; init; } = new();
}
