namespace Cofferdam.Cgroups;

/// <summary>Settings of the cpuset controller (cgroup-v1/cpusets.rst).</summary>
public sealed record CpusetStats
{
    public IReadOnlyList<int> Cpus { get; init; } = [];

    public ulong CpuExclusive { get; init; }

    public IReadOnlyList<int> Mems { get; init; } = [];

    public ulong MemHardwall { get; init; }

    public ulong MemExclusive { get; init; }

    public ulong MemoryMigrate { get; init; }

    public ulong MemorySpreadPage { get; init; }

    public ulong MemorySpreadSlab { get; init; }

    public ulong MemoryPressure { get; init; }

    public ulong SchedLoadBalance { get; init; }

    public long SchedRelaxDomainLevel { get; init; }
}
