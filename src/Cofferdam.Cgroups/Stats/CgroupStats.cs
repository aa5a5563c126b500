namespace Cofferdam.Cgroups;

/// <summary>The counters of a cgroup, in the units of the kernel files unless a member says otherwise.</summary>
public sealed record CgroupStats
{
    public CpuStats Cpu { get; init; } = new();

    public CpusetStats Cpuset { get; init; } = new();

    public MemoryStats Memory { get; init; } = new();

    public PidsStats Pids { get; init; } = new();

    public BlkioStats Blkio { get; init; } = new();

    /// <summary>By page size as the kernel names it: "2MB", "1GB".</summary>
    public IReadOnlyDictionary<string, HugetlbStats> Hugetlb { get; init; } = new Dictionary<string, HugetlbStats>();

    public RdmaStats Rdma { get; init; } = new();

    /// <summary>By resource as the kernel names it: "sev", "res_a" …; cgroup v2 only.</summary>
    public IReadOnlyDictionary<string, MiscStats> Misc { get; init; } = new Dictionary<string, MiscStats>();
}
