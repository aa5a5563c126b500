namespace Cofferdam.Spec;

/// <summary>Memory limits in bytes; -1 is no limit.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Memory.</remarks>
public sealed record MemoryResources
{
    /// <summary><c>limit</c>.</summary>
    public long? Limit { get; init; }

    /// <summary><c>reservation</c>: soft limit.</summary>
    public long? Reservation { get; init; }

    /// <summary><c>swap</c>: memory and swap together.</summary>
    public long? Swap { get; init; }

    /// <summary><c>kernel</c>: not recommended by the specification.</summary>
    public long? Kernel { get; init; }

    /// <summary><c>kernelTCP</c>: not recommended by the specification.</summary>
    public long? KernelTcp { get; init; }

    /// <summary><c>swappiness</c>: 0 to 100, cgroup v1.</summary>
    public ulong? Swappiness { get; init; }

    /// <summary><c>disableOOMKiller</c>: cgroup v1.</summary>
    public bool? DisableOomKiller { get; init; }

    /// <summary><c>useHierarchy</c>: cgroup v1.</summary>
    public bool? UseHierarchy { get; init; }

    /// <summary><c>checkBeforeUpdate</c>: refuse a new limit below the use.</summary>
    public bool? CheckBeforeUpdate { get; init; }
}
