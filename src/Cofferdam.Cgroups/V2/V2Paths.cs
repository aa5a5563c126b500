using Cofferdam.Linux;

namespace Cofferdam.Cgroups.V2;

/// <summary>From a cleaned cgroup path to the directory in the v2 hierarchy, and back to its top.</summary>
internal static class V2Paths
{
    /// <summary>
    /// An absolute path starts at the mount point. A relative one lies beside the cgroup of this process, not below it as on
    /// v1: that one has a process, this one, and could not give controllers to it (runc does the same).
    /// </summary>
    public static string Resolve(CgroupHost host, CgroupHierarchy hierarchy, string path)
    {
        if (path[0] == '/') return CgroupPath.Join(hierarchy.MountPoint, path);
        string own = host.OwnDirectory(hierarchy);
        // The cgroup at the top of what is mounted has nothing beside it here.
        string start = own.Length > hierarchy.MountPoint.Length ? Path.GetDirectoryName(own)! : own;
        return CgroupPath.Join(start, path);
    }

    /// <summary>The top of the hierarchy that <paramref name="directory"/>, which may be gone, lies in.</summary>
    public static string RootOf(string directory)
    {
        string root = directory;
        for (string? parent = directory; parent is not (null or "/"); parent = Path.GetDirectoryName(parent))
        {
            if (Files.Exists(parent + "/cgroup.controllers")) root = parent;
        }

        return root;
    }
}
