using System.Globalization;
using Cofferdam.Containers.Launch.Drive;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>
/// Tells which mounts of a running container are external. The kernel's table is asked, not the configuration alone: it
/// also has what came with a recursive bind, the masks, bound devices, and the bound hierarchies of cgroup v1.
/// </summary>
internal static class DumpedMounts
{
    /// <summary>The name of all masks: the images tell where each is.</summary>
    public const string Mask = "/dev/null";

    /// <param name="init">Init's pid.</param>
    /// <param name="mounts">Its mounts.</param>
    /// <param name="spec">The container's configuration.</param>
    public static IReadOnlyList<ExternalMount> FindExternal(int init, IReadOnlyList<MountInfo> mounts, RuntimeSpec spec)
    {
        (HashSet<int> binds, HashSet<int> own) = Resolve(init, spec);
        Dictionary<int, MountInfo> byId = mounts.ToDictionary(static mount => mount.Id);
        // In a cgroup namespace the hierarchies are mounts of their own that only look like binds from here.
        bool ownsCgroupRoot = Namespaces.HasOwn(spec, NamespaceType.Cgroup);
        // A mount by CRIU in the host's cgroup namespace would change the options of the whole hierarchy.
        bool isUnifiedShared = !ownsCgroupRoot && CgroupMountSources.UnifiedFor(spec) is not null;
        List<ExternalMount> external = [];
        foreach (MountInfo mount in mounts)
        {
            if (mount.MountPoint == "/") continue;
            bool isHierarchy = mount.FsType is "cgroup" or "cgroup2" && ownsCgroupRoot;
            bool isShared = mount.FsType == "cgroup2" && isUnifiedShared;
            if (!isShared && !LiesInBind(mount, binds, own, byId) && (isHierarchy || own.Contains(mount.Id) || ShowsOwnFiles(mount, mounts))) continue;
            external.Add(new ExternalMount(mount.MountPoint, IsMask(mount) && !LiesInBind(mount, binds, own, byId) ? Mask : mount.MountPoint));
        }

        return external;
    }

    /// <summary>The mounts at the destinations: configured binds, and the other configured ones.</summary>
    private static (HashSet<int> Binds, HashSet<int> Own) Resolve(int init, RuntimeSpec spec)
    {
        HashSet<int> binds = [], own = [];
        using OwnedFd root = Files.Open(ProcFs.PathOf(init, "root"), OpenFlags.Path | OpenFlags.Directory);
        foreach (MountEntry entry in ConfiguredMounts.Read(spec))
        {
            // What was mounted over, or unmounted, by the container itself is not at its place any more.
            if (!Files.TryOpenAt2(root, entry.Destination, OpenFlags.Path, ResolveFlags.InRoot, out OwnedFd? target, out _)) continue;
            using (target) (entry.IsBind ? binds : own).Add((int)Files.Stat(target, entry.Destination).MountId);
        }

        return (binds, own);
    }

    private static bool LiesInBind(MountInfo mount, HashSet<int> binds, HashSet<int> own, Dictionary<int, MountInfo> byId)
    {
        // As many steps as there are mounts: the table was not read in one moment, and could hold a circle.
        for (int steps = 0; steps <= byId.Count; steps++)
        {
            if (binds.Contains(mount.Id)) return true;
            if (own.Contains(mount.Id) || mount.MountPoint == "/" || !byId.TryGetValue(mount.ParentId, out MountInfo? parent)) return false;
            mount = parent;
        }

        return false;
    }

    private static bool IsMask(MountInfo mount) => mount.Root.EndsWith("/null", StringComparison.Ordinal) && mount.MountPoint != Mask;

    /// <summary>A whole file system of the container, or a part of one that it has mounted too (a read-only path, /dev/console).</summary>
    private static bool ShowsOwnFiles(MountInfo mount, IReadOnlyList<MountInfo> mounts)
    {
        if (mount.Root == "/") return true;
        foreach (MountInfo other in mounts)
        {
            if (other.Id != mount.Id && other.Major == mount.Major && other.Minor == mount.Minor
                && other.Root != mount.Root && MountTable.IsAtOrBelow(mount.Root, other.Root)) return true;
        }

        return false;
    }
}
