namespace Cofferdam.Containers.Init;

/// <summary>The root file system: from the host's to the container's. Runtime-free.</summary>
// SAFETY: operands are offsets of NUL-terminated strings in the mapped blob, written by Launch/Steps.
internal static unsafe class RootOps
{
    /// <summary>Step SetRootPropagation: A = path, B = mount(2) flags. Keeps our mounts from reaching the host's.</summary>
    public static long SetRootPropagation(InitBlob* blob, StepRecord* step) =>
        Sys.Mount(null, (byte*)blob + step->A, null, step->B, null);

    /// <summary>
    /// Step OpenRoot: A = path of rootfs. Binds it onto itself, since pivot_root(2) wants a mount point, and opens the
    /// host's /proc and /dev/null while they are still what the host says they are.
    /// </summary>
    public static long OpenRoot(InitBlob* blob, StepRecord* step)
    {
        byte* path = (byte*)blob + step->A;
        long target = Sys.OpenAt(Abi.AT_FDCWD, path, Abi.O_PATH | Abi.O_DIRECTORY);
        if (target < 0) return target;
        byte empty = 0;
        long tree = Sys.OpenTree(target, &empty, Abi.OPEN_TREE_CLONE | Abi.AT_RECURSIVE | Abi.AT_EMPTY_PATH);
        long result = tree < 0 ? tree : Sys.AttachMount(tree, target);
        Sys.Close(target);
        if (result < 0) return result;
        blob->RootFd = (int)tree;
        return OpenHostFiles(blob);
    }

    /// <summary>Step AdoptRoot, for a process that joined a container: what is "/" now is the root.</summary>
    public static long AdoptRoot(InitBlob* blob, StepRecord* step)
    {
        ushort root = (byte)'/';
        long fd = Sys.OpenAt(Abi.AT_FDCWD, (byte*)&root, Abi.O_PATH | Abi.O_DIRECTORY);
        if (fd >= 0) blob->RootFd = (int)fd;
        return fd;
    }

    /// <summary>
    /// Step EnterRoot: pivot_root(2) of the root onto itself, then lets go of the old one. A = 1 when the root must stay
    /// shared with the host (then the old root is made a slave first all the same, so its unmount does not travel).
    /// </summary>
    public static long EnterRoot(InitBlob* blob, StepRecord* step)
    {
        ushort here = (byte)'.', root = (byte)'/';
        long old = Sys.OpenAt(Abi.AT_FDCWD, (byte*)&root, Abi.O_PATH | Abi.O_DIRECTORY);
        if (old < 0) return old;
        long result = Sys.Call(Nr.fchdir, blob->RootFd);
        if (result >= 0) result = Sys.Call(Nr.pivot_root, (long)&here, (long)&here);
        // The old root lies on top of the new one now; its unmount must not propagate to the host.
        if (result >= 0) result = Sys.Call(Nr.fchdir, old);
        if (result >= 0) result = Sys.Mount(null, (byte*)&here, null, Abi.MS_SLAVE | Abi.MS_REC, null);
        if (result >= 0) result = Sys.Call(Nr.umount2, (long)&here, Abi.MNT_DETACH);
        Sys.Close(old);
        return result < 0 ? result : Sys.Call(Nr.chdir, (long)&root);
    }

    /// <summary>Step MoveRoot (--no-pivot, for a root on initramfs): moves the root over "/" and enters it by chroot(2).</summary>
    public static long MoveRoot(InitBlob* blob, StepRecord* step)
    {
        ushort here = (byte)'.', root = (byte)'/';
        long result = Sys.Call(Nr.fchdir, blob->RootFd);
        if (result >= 0) result = Sys.Mount((byte*)&here, (byte*)&root, null, Abi.MS_MOVE, null);
        if (result >= 0) result = Sys.Call(Nr.chroot, (long)&here);
        return result < 0 ? result : Sys.Call(Nr.chdir, (long)&root);
    }

    /// <summary>Step ChangeRoot, without a mount namespace: A = path of rootfs.</summary>
    public static long ChangeRoot(InitBlob* blob, StepRecord* step)
    {
        ushort here = (byte)'.';
        long fd = Sys.OpenAt(Abi.AT_FDCWD, (byte*)blob + step->A, Abi.O_PATH | Abi.O_DIRECTORY);
        if (fd < 0) return fd;
        blob->RootFd = (int)fd;
        long result = OpenHostFiles(blob);
        if (result >= 0) result = Sys.Call(Nr.fchdir, fd);
        return result < 0 ? result : Sys.Call(Nr.chroot, (long)&here);
    }

    /// <summary>Writes "/proc/self/fd/N": the host's /proc, still in place before the root is entered, names it so.</summary>
    public static byte* DescriptorPath(byte* path, long fd)
    {
        byte* limit = path + 64;
        byte* prefix = stackalloc byte[15]
        {
            (byte)'/', (byte)'p', (byte)'r', (byte)'o', (byte)'c', (byte)'/', (byte)'s', (byte)'e', (byte)'l', (byte)'f',
            (byte)'/', (byte)'f', (byte)'d', (byte)'/', 0,
        };
        return Text.AppendNumber(Text.Append(path, limit, prefix), limit, fd);
    }

    public static long OpenHostFiles(InitBlob* blob)
    {
        byte* nothing = stackalloc byte[10]
        {
            (byte)'/', (byte)'d', (byte)'e', (byte)'v', (byte)'/', (byte)'n', (byte)'u', (byte)'l', (byte)'l', 0,
        };
        long opened = LabelOps.OpenHostProc(blob, null);
        if (opened < 0) return opened;
        long fd = Sys.OpenAt(Abi.AT_FDCWD, nothing, Abi.O_PATH);
        if (fd < 0) return fd;
        blob->HostNullFd = (int)fd;
        FileStat status;
        long result = Sys.FileStatus(fd, &status);
        if (result < 0) return result;
        return status.Kind == Abi.S_IFCHR && status.Rdev == 0x103 ? 0 : -Abi.EINVAL;   // 1:3
    }
}
