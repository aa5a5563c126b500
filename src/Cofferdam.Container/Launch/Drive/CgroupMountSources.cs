using Cofferdam.Cgroups;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>The hierarchies that a mount of type cgroup shows.</summary>
internal static class CgroupMountSources
{
    public static IReadOnlyList<CgroupMountSource> For(RuntimeSpec spec, ICgroup? cgroup)
    {
        if (!HasCgroupMount(spec) || cgroup is null) return [];
        var sources = new List<CgroupMountSource>();
        foreach (CgroupHierarchy hierarchy in CgroupHost.Detect().Hierarchies)
        {
            if (hierarchy.IsUnified) continue;
            string key = hierarchy.Controllers[0];
            if (!cgroup.Paths.TryGetValue(key, out string? directory)) continue;
            bool isNamed = key.StartsWith("name=", StringComparison.Ordinal);
            string options = isNamed ? "none," + key : string.Join(',', hierarchy.Controllers);
            string name = isNamed ? key["name=".Length..] : options;
            sources.Add(new CgroupMountSource(name, options, directory, isNamed ? [] : hierarchy.Controllers));
        }
        return sources;
    }

    private static bool HasCgroupMount(RuntimeSpec spec)
    {
        foreach (Mount mount in spec.Mounts)
            if (mount.Type == "cgroup") return true;
        return false;
    }
}
