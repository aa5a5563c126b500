using Cofferdam.Linux;

namespace Cofferdam.Containers.Launch.Plan;

/// <summary>What a plan depends on besides the configuration: options of the command, and facts of the host.</summary>
public sealed record PlanInputs
{
    /// <summary>Absolute path of the bundle, where relative paths begin.</summary>
    public required string Bundle { get; init; }

    public required ContainerId Id { get; init; }

    public bool NoPivot { get; init; }

    public bool NoNewKeyring { get; init; }

    /// <summary>How many descriptors from 3 on the program inherits, those of <see cref="ListenFds"/> included.</summary>
    public int PreserveFds { get; init; }

    /// <summary>How many of them are socket activation's; the program is told by LISTEN_FDS and LISTEN_PID.</summary>
    public int ListenFds { get; init; }

    /// <summary>Init waits at exec.fifo (create), or runs on as soon as the parent says so (run).</summary>
    public bool WaitForStart { get; init; } = true;

    /// <summary>The caller has no privileges over the host's namespaces.</summary>
    public bool Rootless { get; init; }

    /// <summary>The container has a cgroup, which init enters.</summary>
    public bool EntersCgroup { get; init; }

    /// <summary>Init begins in its v2 cgroup already; "entering" it is then but waiting for the limits.</summary>
    public bool BornInCgroup { get; init; }

    /// <summary>The cgroup has so little memory that an exec enters it late; a container does where it can.</summary>
    public bool HasLittleMemory { get; init; }

    /// <summary>The limit of open files that this process has raised for itself alone, so that init takes it back.</summary>
    public ResourceLimit? OpenFiles { get; init; }

    /// <summary>Where the host has its v2 hierarchy, when that is all it has, for mounts of type cgroup.</summary>
    public string? UnifiedMountPoint { get; init; }

    /// <summary>The cgroup v1 hierarchies and the container's directory in each, for mounts of type cgroup.</summary>
    public IReadOnlyList<CgroupMountSource> CgroupMounts { get; init; } = [];

    /// <summary>The mount point below which rootfs lies; needed where rootfsPropagation is shared.</summary>
    public string? RootfsParentMount { get; init; }

    /// <summary>/proc/kcore exists, so /dev/core shall point to it.</summary>
    public bool HasKcore { get; init; }

    /// <summary>The state for hooks that run inside, as JSON text before and after the value of "pid", for creating and created.</summary>
    public (string Before, string After) CreatingState { get; init; }

    public (string Before, string After) CreatedState { get; init; }

    /// <summary>Gets a line for each thing that is passed over without harm, as unknown system calls of a seccomp profile.</summary>
    public ICollection<string>? Notes { get; init; }

    /// <summary>AppArmor is enabled on this host.</summary>
    public bool HasAppArmor { get; init; }

    /// <summary>The caller runs under an AppArmor profile itself.</summary>
    public bool IsConfined { get; init; }

    /// <summary>
    /// Init is started as a program of its own instead of being cloned (no NativeAOT here), so it makes its namespaces by
    /// itself.
    /// </summary>
    public bool SpawnsInit { get; init; }
}
