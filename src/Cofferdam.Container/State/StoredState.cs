using Cofferdam.Cgroups;

namespace Cofferdam.Containers.State;

/// <summary>
/// What <c>state.json</c> records of a container: everything that cannot be asked from the kernel later. The whole
/// configuration lies beside it as <c>config.json</c>, so that nothing depends on the bundle.
/// </summary>
/// <remarks>
/// The record is written twice or three times in a creation, each time before the thing that it names could be
/// orphaned: the planned cgroups before they are made, the process as soon as it exists, and the finished container.
/// Whatever step a runtime is killed at, the record then tells delete what to remove.
/// </remarks>
public sealed record StoredState
{
    /// <summary>The format this code writes. It reads this one and all earlier ones.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The format of the record.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The container's id, equal to the name of its state directory.</summary>
    public required string Id { get; init; }

    /// <summary>The runtime-spec version that the configuration names.</summary>
    public string OciVersion { get; init; } = "";

    /// <summary>Absolute path of the bundle.</summary>
    public string Bundle { get; init; } = "";

    /// <summary>Absolute path of the root file system.</summary>
    public string Rootfs { get; init; } = "";

    /// <summary>When create began.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>False until init waits for start: until then the container belongs to its creator.</summary>
    public bool Complete { get; init; }

    /// <summary>The process that creates the container; 0 when complete.</summary>
    public int CreatorPid { get; init; }

    /// <summary>When the creator started, in clock ticks since boot: a pid alone may have been given away again.</summary>
    public ulong CreatorStartTime { get; init; }

    /// <summary>Init's pid in the caller's pid namespace; 0 until it exists.</summary>
    public int Pid { get; init; }

    /// <summary>When init started, in clock ticks since boot (proc(5), stat field 22).</summary>
    public ulong StartTime { get; init; }

    /// <summary>The configuration's annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Controller to absolute path of its cgroup; empty when the container has none of its own.</summary>
    public IReadOnlyDictionary<string, string> CgroupPaths { get; init; } = new Dictionary<string, string>();

    /// <summary>Namespace type ("pid", "network" …) to the path by which others join it.</summary>
    public IReadOnlyDictionary<string, string> Namespaces { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether init is pid 1 of a pid namespace made for this container, so that its death ends all others.</summary>
    public bool OwnPidNamespace { get; init; }

    /// <summary>Whether refusals of the cgroup file system were put up with.</summary>
    public bool Rootless { get; init; }

    /// <summary>Whether the container shares its creator's session keyring.</summary>
    public bool NoNewKeyring { get; init; }

    /// <summary>Whether the cgroups are made by systemd.</summary>
    public bool SystemdCgroup { get; init; }

    /// <summary>The unit of the cgroup, when systemd made it; empty otherwise.</summary>
    public string SystemdUnit { get; init; } = "";

    /// <summary>Whether the unit belongs to the user's instance of systemd.</summary>
    public bool SystemdUser { get; init; }

    /// <summary>
    /// What the program's three standard streams were, as /proc names them ("pipe:[4711]"): a restore gives it others in their
    /// place. Empty with a terminal.
    /// </summary>
    public IReadOnlyList<string> StandardStreams { get; init; } = [];

    /// <summary>Whether the configuration has poststart hooks, so that start need not parse it otherwise.</summary>
    public bool HasPoststart { get; init; }

    /// <summary>Whether the configuration has poststop hooks, so that delete need not parse it otherwise.</summary>
    public bool HasPoststop { get; init; }

    /// <summary>The directory in resctrl that its processes are listed in; empty without linux.intelRdt.</summary>
    public string ResctrlPath { get; init; } = "";

    /// <summary>The monitoring group in it that is the container's own; empty without one.</summary>
    public string ResctrlMonitorPath { get; init; } = "";

    /// <summary>Whether <see cref="ResctrlPath"/> was made for this container, and so is removed with it.</summary>
    public bool ResctrlOwned { get; init; }

    /// <summary>The container's cgroup.</summary>
    internal ICgroup LoadCgroup() =>
        CgroupFactory.Load(CgroupPaths, SystemdUnit.Length > 0 ? new SystemdUnit(SystemdUnit, SystemdUser) : null);
}
