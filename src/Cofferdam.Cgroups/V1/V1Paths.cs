namespace Cofferdam.Cgroups.V1;

/// <summary>From a cleaned cgroup path to the directories of all hierarchies.</summary>
internal static class V1Paths
{
    /// <summary>
    /// An absolute path starts at the mount point of each hierarchy; a relative one at the cgroup of this process in it, so
    /// that nested runtimes stay inside their limits (runc does the same; runtime-spec leaves it open).
    /// </summary>
    public static Dictionary<string, string> Resolve(CgroupHost host, string path)
    {
        Dictionary<string, string> paths = [];
        foreach (CgroupHierarchy hierarchy in host.Hierarchies)
        {
            string start = path[0] == '/' ? hierarchy.MountPoint : host.OwnDirectory(hierarchy);
            string directory = CgroupPath.Join(start, path);
            foreach (string controller in hierarchy.Controllers) paths[controller] = directory;
        }

        return paths;
    }
}
