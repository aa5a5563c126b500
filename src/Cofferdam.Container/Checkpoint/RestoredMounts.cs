using Cofferdam.Cgroups;
using Cofferdam.Containers.Launch.Drive;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Containers.Launch.Steps;
using Cofferdam.Containers.State;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>Sources on this host for the external mounts of a checkpoint. CRIU asks for those that it meets in the images.</summary>
internal static class RestoredMounts
{
    private static readonly string[] _defaultDevices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"];

    /// <param name="spec">The configuration.</param>
    /// <param name="binds">Its bind mounts: target in the container, source on the host.</param>
    /// <param name="cgroup">The new container's cgroup.</param>
    /// <param name="stateDirectory">The new container's state directory.</param>
    public static IReadOnlyList<ExternalMount> Find(RuntimeSpec spec, IReadOnlyList<ExternalMount> binds, ICgroup cgroup, string stateDirectory)
    {
        List<ExternalMount> found = [.. binds];
        AddHierarchies(found, spec, cgroup);
        Add(found, NotifySocket.MountPoint, NotifySocket.DirectoryIn(stateDirectory));
        // Also the mask of paths, whose name it is.
        foreach (string device in _defaultDevices) Add(found, device, device);
        foreach (LinuxDevice device in spec.Linux.Devices) Add(found, MountSteps.CleanPath(device.Path), device.Path);
        return found;
    }

    private static void AddHierarchies(List<ExternalMount> found, RuntimeSpec spec, ICgroup cgroup)
    {
        foreach (MountEntry entry in ConfiguredMounts.Read(spec))
        {
            if (entry.IsBind || entry.Mount.Type is not ("cgroup" or "cgroup2")) continue;
            if (CgroupMountSources.UnifiedFor(spec) is { } unified) Add(found, entry.Destination, unified);
            foreach (CgroupMountSource source in CgroupMountSources.For(spec, cgroup))
                Add(found, $"{entry.Destination}/{source.Name}", source.ContainerDirectory);
        }
    }

    // What the configuration itself mounts there comes first.
    private static void Add(List<ExternalMount> found, string key, string source)
    {
        if (!found.Exists(mount => mount.Key == key)) found.Add(new ExternalMount(key, source));
    }
}
