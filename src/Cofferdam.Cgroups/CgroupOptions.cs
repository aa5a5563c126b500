namespace Cofferdam.Cgroups;

/// <summary>How a container's cgroup is chosen.</summary>
public sealed record CgroupOptions
{
    /// <summary>
    /// Permission errors on controllers that the configuration does not need are tolerated when it names no cgroupsPath, and
    /// those of the devices controller always, as runc's <c>--rootless</c> has it.
    /// </summary>
    public bool Rootless { get; init; }

    public CgroupManagerKind Manager { get; init; }

    /// <summary>
    /// v2: who gets the cgroup's directory and the files of it that /sys/kernel/cgroup/delegate (4.15) lists; null leaves
    /// them the caller's. v1 cannot be delegated safely (cgroups(7)), so it is ignored there.
    /// </summary>
    public uint? OwnerUid { get; init; }

    /// <summary>The configuration's annotations, of which <c>org.systemd.property.*</c> are for systemd.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>How long systemd may take to make, change or end a unit.</summary>
    public TimeSpan SystemdTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
