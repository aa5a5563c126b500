namespace Cofferdam.Containers.Launch.Plan;

/// <summary>One cgroup v1 hierarchy of the host, as a mount of type cgroup shows it in the container.</summary>
/// <param name="Name">The directory's name: "memory", "cpu,cpuacct", "systemd".</param>
/// <param name="Options">What mounts it anew: "memory", "cpu,cpuacct", "none,name=systemd".</param>
/// <param name="ContainerDirectory">The container's cgroup on the host.</param>
/// <param name="Controllers">The single controllers, which get symbolic links where they are mounted together.</param>
public sealed record CgroupMountSource(string Name, string Options, string ContainerDirectory, IReadOnlyList<string> Controllers);
