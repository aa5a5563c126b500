namespace Cofferdam.Cgroups;

/// <summary>One mounted cgroup hierarchy.</summary>
/// <param name="Controllers">
/// Its controllers ("cpu", "cpuacct"; several when they are mounted together), its name ("name=systemd"), or the empty
/// string for v2.
/// </param>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="OwnPath">The cgroup of this process, seen from the root of its cgroup namespace.</param>
/// <param name="MountRoot">
/// The cgroup that the mount shows at its top, or null where it was not looked up: in a container without a cgroup namespace
/// it is the container's cgroup, elsewhere "/".
/// </param>
public sealed record CgroupHierarchy(IReadOnlyList<string> Controllers, string MountPoint, string OwnPath, string? MountRoot)
{
    /// <summary>Whether this is a v2 hierarchy.</summary>
    public bool IsUnified => Controllers is [""];
}
