using Cofferdam.Linux;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>Where a container's cgroups are in their hierarchies, as CRIU wants it: not where they are mounted.</summary>
internal static class CgroupRoots
{
    /// <param name="paths">Controller to directory.</param>
    public static IEnumerable<(string Controller, string Path)> Of(IReadOnlyDictionary<string, string> paths)
    {
        if (paths.Count == 0) yield break;
        IReadOnlyList<MountInfo> mounts = MountTable.ReadSelf();
        foreach ((string controller, string directory) in paths)
        {
            MountInfo? mount = MountTable.Containing(mounts, directory);
            if (mount?.FsType is not ("cgroup" or "cgroup2")) continue;
            string below = directory[mount.MountPoint.Length..].TrimStart('/');
            yield return (controller, $"{mount.Root.TrimEnd('/')}/{below}");
        }
    }
}
