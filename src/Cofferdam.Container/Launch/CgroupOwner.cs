using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch;

/// <summary>Who owns a container's v2 cgroup (runtime-spec 1.3, config-linux, "Cgroup ownership").</summary>
internal static class CgroupOwner
{
    /// <summary>
    /// The host's number of the user that the program runs as, when the program shall manage cgroups itself: it has a user
    /// namespace and a cgroup namespace of its own, and a cgroup mount that is not read-only. Null leaves the cgroup the caller's.
    /// </summary>
    public static uint? For(RuntimeSpec spec)
    {
        if (!IsNew(spec, NamespaceType.User) || !IsNew(spec, NamespaceType.Cgroup) || !HasWritableMount(spec)) return null;
        uint user = spec.Process?.User.Uid ?? 0;
        foreach (IdMapping map in spec.Linux.UidMappings)
        {
            if (user >= map.ContainerId && user - map.ContainerId < map.Size) return map.HostId + (user - map.ContainerId);
        }

        return null;
    }

    private static bool IsNew(RuntimeSpec spec, NamespaceType type)
    {
        foreach (LinuxNamespace space in spec.Linux.Namespaces)
        {
            if (space.Type == type) return string.IsNullOrEmpty(space.Path);
        }

        return false;
    }

    private static bool HasWritableMount(RuntimeSpec spec)
    {
        foreach (Mount mount in spec.Mounts)
        {
            if (mount.Type is "cgroup" or "cgroup2" && !mount.Options.Contains("ro") && !mount.Options.Contains("rro")) return true;
        }

        return false;
    }
}
