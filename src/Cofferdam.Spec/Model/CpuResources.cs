namespace Cofferdam.Spec;

/// <summary>CPU time and placement.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section CPU.</remarks>
public sealed record CpuResources
{
    /// <summary><c>shares</c>.</summary>
    public ulong? Shares { get; init; }

    /// <summary><c>quota</c> in µs of a period; -1 is no limit.</summary>
    public long? Quota { get; init; }

    /// <summary><c>burst</c> in µs.</summary>
    public ulong? Burst { get; init; }

    /// <summary><c>period</c> in µs.</summary>
    public ulong? Period { get; init; }

    /// <summary><c>realtimeRuntime</c> in µs: cgroup v1.</summary>
    public long? RealtimeRuntime { get; init; }

    /// <summary><c>realtimePeriod</c> in µs: cgroup v1.</summary>
    public ulong? RealtimePeriod { get; init; }

    /// <summary><c>cpus</c>: a list like 0-3,7.</summary>
    public string? Cpus { get; init; }

    /// <summary><c>mems</c>: a list of memory nodes.</summary>
    public string? Mems { get; init; }

    /// <summary><c>idle</c>: 1 makes the cgroup SCHED_IDLE.</summary>
    public long? Idle { get; init; }
}
