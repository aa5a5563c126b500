namespace Cofferdam.Containers.Init;

/// <summary>Masked and read-only paths, and sysctls. Runtime-free.</summary>
// SAFETY: operands are offsets of NUL-terminated strings in the mapped blob, written by Launch/Steps.
internal static unsafe class ProtectOps
{
    /// <summary>
    /// Step MaskPath: A = path, B = "context=…" or 0. A directory gets an empty read-only tmpfs, anything else the host's /dev/null; a path
    /// that does not exist needs no mask.
    /// </summary>
    public static long MaskPath(InitBlob* blob, StepRecord* step)
    {
        long target = InRoot.Open(blob, (byte*)blob + step->A, Abi.O_PATH);
        if (target == -Abi.ENOENT || target == -Abi.ENOTDIR) return 0;
        if (target < 0) return target;
        FileStat status;
        long result = Sys.FileStatus(target, &status);
        if (result >= 0) result = status.IsDirectory ? MaskDirectory(blob, step, target) : MaskFile(blob, target);
        if (result >= 0 && status.IsDirectory && blob->MaskFd < 0)
            blob->MaskFd = (int)InRoot.Open(blob, (byte*)blob + step->A, Abi.O_PATH);
        Sys.Close(target);
        return result;
    }

    /// <summary>Step ProtectPath: A = path. Remounts it read-only over itself; nothing to do where it does not exist.</summary>
    public static long ProtectPath(InitBlob* blob, StepRecord* step)
    {
        long target = InRoot.Open(blob, (byte*)blob + step->A, Abi.O_PATH);
        if (target == -Abi.ENOENT || target == -Abi.ENOTDIR) return 0;
        if (target < 0) return target;
        byte empty = 0;
        long tree = Sys.OpenTree(target, &empty, Abi.OPEN_TREE_CLONE | Abi.AT_EMPTY_PATH | Abi.AT_RECURSIVE);
        long result = tree;
        if (result >= 0)
        {
            MountAttr attributes = default;
            attributes.Set = Abi.MOUNT_ATTR_RDONLY;
            result = MountOps.Apply(tree, &attributes, recursive: false);
        }
        if (result >= 0) result = Sys.AttachMount(tree, target);
        Sys.Close(tree);
        Sys.Close(target);
        return result;
    }

    /// <summary>
    /// Step WriteSysctl: A = path below /proc/sys, B = value. It goes through the host's procfs, opened and verified
    /// before anything of the container was mounted: never through one that the image arranged (CVE-2025-52881). The
    /// kernel shows there the values of the caller's namespaces.
    /// </summary>
    public static long WriteSysctl(InitBlob* blob, StepRecord* step)
    {
        long fd = Sys.OpenAt2(blob->HostProcFd, (byte*)blob + step->A, Abi.O_WRONLY,
            Abi.RESOLVE_NO_XDEV | Abi.RESOLVE_NO_SYMLINKS | Abi.RESOLVE_BENEATH);
        if (fd < 0) return fd;
        byte* value = (byte*)blob + step->B;
        long result = Sys.Call(Nr.write, fd, (long)value, Text.Length(value));
        Sys.Close(fd);
        return result;
    }

    // One superblock serves all masked directories: a tmpfs each costs memory and makes teardown wait for the shrinker
    // lock (features.md 5.1, 7). It is cloned from its first place, because kernels before 6.15 do not clone a detached mount.
    private static long MaskDirectory(InitBlob* blob, StepRecord* step, long target)
    {
        byte empty = 0;
        long mount = blob->MaskFd >= 0
            ? Sys.OpenTree(blob->MaskFd, &empty, Abi.OPEN_TREE_CLONE | Abi.AT_EMPTY_PATH)
            : MakeEmptyTmpfs(step->B == 0 ? null : (byte*)blob + step->B);
        if (mount < 0) return mount;
        long result = Sys.AttachMount(mount, target);
        Sys.Close(mount);
        return result;
    }

    private static long MaskFile(InitBlob* blob, long target)
    {
        byte empty = 0;
        long mount = Sys.OpenTree(blob->HostNullFd, &empty, Abi.OPEN_TREE_CLONE | Abi.AT_EMPTY_PATH);
        if (mount < 0) return mount;
        long result = Sys.AttachMount(mount, target);
        Sys.Close(mount);
        return result;
    }

    private static long MakeEmptyTmpfs(byte* label)
    {
        byte* type = stackalloc byte[6] { (byte)'t', (byte)'m', (byte)'p', (byte)'f', (byte)'s', 0 };
        byte* mode = stackalloc byte[5] { (byte)'m', (byte)'o', (byte)'d', (byte)'e', 0 };
        byte* value = stackalloc byte[4] { (byte)'7', (byte)'5', (byte)'5', 0 };
        long context = Sys.Call(Nr.fsopen, (long)type, Abi.FSOPEN_CLOEXEC);
        if (context < 0) return context;
        long result = Sys.Call(Nr.fsconfig, context, Abi.FSCONFIG_SET_STRING, (long)mode, (long)value);
        if (result >= 0 && label != null) result = LabelOps.Configure(context, label);
        if (result >= 0) result = Sys.Call(Nr.fsconfig, context, Abi.FSCONFIG_CMD_CREATE);
        if (result >= 0) result = Sys.Call(Nr.fsmount, context, Abi.FSMOUNT_CLOEXEC, (long)Abi.MOUNT_ATTR_RDONLY);
        Sys.Close(context);
        return result;
    }
}
