using Cofferdam.Linux;

namespace Cofferdam.Cgroups;

/// <summary>The cgroup hierarchies that this process can use, and its place, or another's, in them (cgroups(7)).</summary>
/// <remarks>
/// /proc/self/mountinfo costs some 4 µs a mount, and hosts have thousands; so the hierarchies named in /proc/self/cgroup are
/// looked for where every distribution mounts them, and mountinfo is read, once, only when one is not there.
/// </remarks>
public sealed class CgroupHost
{
    private const string Root = "/sys/fs/cgroup";
    private const long CgroupMagic = 0x27e0eb;
    private const long Cgroup2Magic = 0x63677270;

    private string? _mountInfo;

    private CgroupHost(CgroupMode mode, IReadOnlyList<CgroupHierarchy> hierarchies)
    {
        Mode = mode;
        Hierarchies = hierarchies;
    }

    public CgroupMode Mode { get; private set; }

    /// <summary>In the order of /proc/self/cgroup; v2 last. Hierarchies that are not mounted are left out.</summary>
    public IReadOnlyList<CgroupHierarchy> Hierarchies { get; private set; }

    /// <summary>Looks at the host. Not cached: a daemon may ask again after it was moved.</summary>
    /// <param name="pid">Whose places to find, of a process in the caller's pid namespace; null for the caller's own.</param>
    public static CgroupHost Detect(int? pid = null)
    {
        CgroupHost host = new(CgroupMode.None, []);
        host.Find(ProcCgroup.Parse(Files.ReadText(pid is { } other ? ProcFs.PathOf(other, "cgroup") : "/proc/self/cgroup")));
        return host;
    }

    /// <summary>The directory of the process's own cgroup in <paramref name="hierarchy"/>.</summary>
    public string OwnDirectory(CgroupHierarchy hierarchy)
    {
        string root = hierarchy.MountRoot ?? "/";
        string? directory = CgroupPath.Below(hierarchy.MountPoint, root, hierarchy.OwnPath);
        if (hierarchy.MountRoot is null && hierarchy.OwnPath != "/" && directory is not null && !Files.Exists(directory))
        {
            // A mount that shows only a part of the hierarchy, as in a container without a cgroup namespace.
            root = CgroupMounts.Find(MountInfo(), hierarchy.Controllers)?.Root ?? "/";
            directory = CgroupPath.Below(hierarchy.MountPoint, root, hierarchy.OwnPath);
        }

        return directory ?? throw new CofferdamException(
            ErrorKind.FailedPrecondition,
            $"own cgroup '{hierarchy.OwnPath}' of '{string.Join(',', hierarchy.Controllers)}' is outside of what '{hierarchy.MountPoint}' shows");
    }

    private void Find(IReadOnlyList<ProcCgroup> memberships)
    {
        List<CgroupHierarchy> found = [];
        ProcCgroup? unified = null;
        foreach (ProcCgroup membership in memberships)
        {
            if (membership.IsUnified) unified = membership;
            else if (Locate(membership) is { } hierarchy) found.Add(hierarchy);
        }

        bool isLegacy = found.Count > 0;
        if (unified is not null)
        {
            string mountPoint = isLegacy ? Root + "/unified" : Root;
            if (IsFileSystem(mountPoint, Cgroup2Magic)) found.Add(new CgroupHierarchy(unified.Controllers, mountPoint, unified.Path, null));
        }

        Hierarchies = found;
        Mode = (isLegacy, found is [.., { IsUnified: true }]) switch
        {
            (true, true) => CgroupMode.Hybrid,
            (true, false) => CgroupMode.Legacy,
            (false, true) => CgroupMode.Unified,
            _ => CgroupMode.None,
        };
    }

    private CgroupHierarchy? Locate(ProcCgroup membership)
    {
        IReadOnlyList<string> controllers = membership.Controllers;
        string all = string.Join(',', controllers);
        string usual = $"{Root}/{(all.StartsWith("name=", StringComparison.Ordinal) ? all["name=".Length..] : all)}";
        if (IsFileSystem(usual, CgroupMagic)) return new CgroupHierarchy(controllers, usual, membership.Path, null);

        // "cpu,cpuacct" may also be mounted as /sys/fs/cgroup/cpuacct,cpu, anywhere else, or not at all.
        CgroupMount? mount = CgroupMounts.Find(MountInfo(), controllers);
        return mount is { } m ? new CgroupHierarchy(controllers, m.MountPoint, membership.Path, m.Root) : null;
    }

    private string MountInfo() => _mountInfo ??= Files.ReadText("/proc/self/mountinfo");

    private static bool IsFileSystem(string path, long magic)
    {
        if (!Files.TryOpen(path, OpenFlags.Path | OpenFlags.Directory, out OwnedFd? directory, out _)) return false;
        using (directory) return Files.FileSystemMagic(directory, path) == magic;
    }
}
