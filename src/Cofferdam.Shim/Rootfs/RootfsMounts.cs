using Cofferdam.Linux;

namespace Cofferdam.Shim.Rootfs;

/// <summary>Mounts what a snapshotter gave as root filesystem (containerd.types.Mount): overlay, bind, or any file system.</summary>
internal static class RootfsMounts
{
    private const int DirectoryMode = 0x1C9;   // 0711

    /// <summary>Mounts all of them, one upon another, or none.</summary>
    /// <param name="rootfs">The bundle's rootfs directory.</param>
    /// <param name="mounts">In order; with none the directory is the root filesystem as it is.</param>
    public static void Mount(string rootfs, IReadOnlyList<Api.Types.Mount> mounts)
    {
        if (mounts.Count == 0) return;
        Files.MkdirAll(rootfs, DirectoryMode);
        for (int i = 0; i < mounts.Count; i++)
        {
            try
            {
                MountOne(rootfs, mounts[i]);
            }
            catch (Exception e) when (e is LinuxException or CofferdamException)
            {
                Unmount(rootfs);
                throw CofferdamException.Wrap($"rootfs[{i}]", e);
            }
        }
    }

    /// <summary>Takes away everything that is mounted at or below a directory.</summary>
    public static void Unmount(string rootfs)
    {
        IReadOnlyList<MountInfo> mounts = MountTable.ReadSelf();
        string full = Path.GetFullPath(rootfs);
        for (int i = mounts.Count - 1; i >= 0; i--)
        {
            if (!MountTable.IsAtOrBelow(mounts[i].MountPoint, full)) continue;
            // A file that a process of the host still has open there must not keep the container's name taken.
            if (!Mounts.TryUnmount(mounts[i].MountPoint, UnmountFlags.NoFollow, out Errno errno) && errno == Errno.EBUSY)
                Mounts.TryUnmount(mounts[i].MountPoint, UnmountFlags.NoFollow | UnmountFlags.Detach, out errno);
            if (errno is not (Errno.None or Errno.EINVAL or Errno.ENOENT)) throw new LinuxException("umount", errno, mounts[i].MountPoint);
        }
    }

    private static void MountOne(string rootfs, Api.Types.Mount mount)
    {
        SnapshotOptions options = SnapshotOptions.Parse(mount.Options);
        using OwnedFd root = Files.Open(rootfs, OpenFlags.Path | OpenFlags.Directory);
        using OwnedFd target = OpenTarget(root, mount.Target);
        if (FuseMount.IsFor(mount.Type, out string helper, out string program))
        {
            // All options are the helper's, also those of owners.
            FuseMount.Perform(mount.Source, target, mount.Options, helper, program);
            return;
        }

        if (options.IsBind) Bind(mount.Source, target, options);
        else if (mount.Type == "overlay") OverlayMount.Perform(mount.Source, target, options, Path.GetDirectoryName(Path.GetFullPath(rootfs))!);
        else if (options.IsLoop) MountImage(mount, target, options);
        else Mounts.Mount(mount.Source, target.ProcPath, mount.Type, options.Flags, options.Data);
        // overlay and bind have done it by themselves.
        if (options.HasMappings && !options.IsBind && mount.Type != "overlay") MapOwners(rootfs, mount.Target, options);
    }

    private static void MountImage(Api.Types.Mount mount, OwnedFd target, SnapshotOptions options)
    {
        using OwnedFd device = LoopDevices.Attach(mount.Source, options.IsReadOnly, options.IsDirect, out string path);
        Mounts.Mount(path, target.ProcPath, mount.Type, options.Flags, options.Data);
    }

    private static void Bind(string source, OwnedFd target, SnapshotOptions options)
    {
        using OwnedFd tree = !options.HasMappings
            ? Mounts.Clone(null, source, options.IsRecursive)
            : Containers.IdMappedTrees.Clone(source, options.IsRecursive, options.UidMappings, options.GidMappings);
        MountAttributes set = options.Attributes;
        // One choice of access times is made by taking the others back.
        MountAttributes clear = (set & MountAttributes.AccessTimes) != 0 ? MountAttributes.AccessTimes : MountAttributes.None;
        Mounts.SetAttributes(tree, set, clear, recursive: false, path: source);
        Mounts.Attach(tree, target, "rootfs");
    }

    /// <summary>Puts the mount with other owners upon itself.</summary>
    private static void MapOwners(string rootfs, string target, SnapshotOptions options)
    {
        // Opened again: the descriptor from before is of what is below the new mount.
        using OwnedFd root = Files.Open(rootfs, OpenFlags.Path | OpenFlags.Directory);
        using OwnedFd mounted = OpenTarget(root, target);
        using OwnedFd tree = Containers.IdMappedTrees.Clone(mounted.ProcPath, recursive: false, options.UidMappings, options.GidMappings);
        Mounts.Attach(tree, mounted, "rootfs");
    }

    // The layer below may hold symbolic links where the target says directories.
    private static OwnedFd OpenTarget(OwnedFd root, string target) => target.Length == 0 ? Files.Duplicate(root)
        : Files.OpenAt2(root, target, OpenFlags.Path | OpenFlags.Directory, ResolveFlags.InRoot | ResolveFlags.NoMagicLinks);
}
