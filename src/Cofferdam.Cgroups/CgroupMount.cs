namespace Cofferdam.Cgroups;

/// <summary>A mounted cgroup v1 hierarchy in /proc/self/mountinfo.</summary>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="Root">The cgroup that the mount shows at its top.</param>
internal readonly record struct CgroupMount(string MountPoint, string Root);
