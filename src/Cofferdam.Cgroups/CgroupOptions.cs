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
}
