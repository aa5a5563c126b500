using Cofferdam.Cgroups;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>The hierarchies that a mount of type cgroup shows.</summary>
internal static class CgroupMountSources
{
    public static IReadOnlyList<CgroupMountSource> For(RuntimeSpec spec, ICgroup? cgroup)
    {
        if (!HasCgroupMount(spec)) return [];
        var sources = new List<CgroupMountSource>();
        foreach ((string key, string directory) in cgroup is { Paths.Count: > 0 } ? cgroup.Paths : OwnPaths())
        {
            if (key.Length == 0) continue;   // cgroup v2 beside v1: its mounts have a type of their own
            if (key.StartsWith("name=", StringComparison.Ordinal))
            {
                sources.Add(new CgroupMountSource(key["name=".Length..], "none," + key, directory, []));
                continue;
            }
            // Controllers that are mounted together share the directory.
            int shared = sources.FindIndex(source => source.ContainerDirectory == directory);
            if (shared < 0) sources.Add(new CgroupMountSource(key, key, directory, [key]));
            else
            {
                string name = sources[shared].Name + "," + key;
                sources[shared] = new CgroupMountSource(name, name, directory, [.. sources[shared].Controllers, key]);
            }
        }
        return sources;
    }

    /// <summary>Where the v2 hierarchy is mounted on a host that has no other; null where no mount asks for it.</summary>
    public static string? UnifiedFor(RuntimeSpec spec)
    {
        if (!HasCgroupMount(spec)) return null;
        CgroupHost host = CgroupHost.Detect();
        return host.Mode == CgroupMode.Unified ? host.Hierarchies[^1].MountPoint : null;
    }

    /// <summary>Where no cgroup could be made, as for an ordinary user, the container stays in its caller's.</summary>
    private static Dictionary<string, string> OwnPaths()
    {
        var paths = new Dictionary<string, string>();
        CgroupHost host = CgroupHost.Detect();
        foreach (CgroupHierarchy hierarchy in host.Hierarchies)
            foreach (string controller in hierarchy.Controllers) paths[controller] = host.OwnDirectory(hierarchy);
        return paths;
    }

    private static bool HasCgroupMount(RuntimeSpec spec)
    {
        foreach (Mount mount in spec.Mounts)
            if (mount.Type is "cgroup" or "cgroup2") return true;
        return false;
    }
}
