namespace Cofferdam.Containers.Init;

/// <summary>What a rehearsal of a launch does in place of the real thing. Runtime-free.</summary>
// SAFETY: operands are offsets of NUL-terminated strings in the mapped blob, written by Preflight.
internal static unsafe class RehearsalOps
{
    /// <summary>
    /// Step CoverRoot, instead of OpenRoot: A = path of rootfs, B = 1 in a user namespace. Lays an overlay over rootfs, whose
    /// changes go to a tmpfs and end with the mount namespace: the image is seen as it is, and stays so.
    /// </summary>
    public static long CoverRoot(InitBlob* blob, StepRecord* step)
    {
        long rootfs = Sys.OpenAt(Abi.AT_FDCWD, (byte*)blob + step->A, Abi.O_PATH | Abi.O_DIRECTORY);
        if (rootfs < 0) return rootfs;
        FileStat status;
        long result = Sys.FileStatus(rootfs, &status);
        if (result < 0) return result;
        long upper = MakeUpper(rootfs, &status);
        if (upper < 0) return upper;
        long overlay = MakeOverlay(blob, rootfs, upper, step->B != 0);
        if (overlay < 0) return overlay;
        result = Sys.AttachMount(overlay, upper);
        Sys.Close(upper);
        Sys.Close(rootfs);
        if (result < 0) return result;
        blob->RootFd = (int)overlay;
        return RootOps.OpenHostFiles(blob);
    }

    /// <summary>A tmpfs on top of rootfs, which its descriptor still reaches, with the two directories of an overlay.</summary>
    private static long MakeUpper(long rootfs, FileStat* status)
    {
        byte* type = stackalloc byte[6] { (byte)'t', (byte)'m', (byte)'p', (byte)'f', (byte)'s', 0 };
        ushort upper = (byte)'u', work = (byte)'w';
        long context = Sys.Call(Nr.fsopen, (long)type, Abi.FSOPEN_CLOEXEC);
        if (context < 0) return context;
        long mount = Sys.Call(Nr.fsconfig, context, Abi.FSCONFIG_CMD_CREATE);
        if (mount >= 0) mount = Sys.Call(Nr.fsmount, context, Abi.FSMOUNT_CLOEXEC);
        Sys.Close(context);
        if (mount < 0) return mount;
        long result = Sys.AttachMount(mount, rootfs);
        if (result >= 0) result = Sys.Call(Nr.mkdirat, mount, (long)&work, 0x1C0);
        if (result >= 0) result = Sys.Call(Nr.mkdirat, mount, (long)&upper, 0x1ED);
        // The root of an overlay is as its upper directory is; owners that are not mapped here stay ours.
        if (result >= 0) result = Sys.OpenAt(mount, (byte*)&upper, Abi.O_RDONLY | Abi.O_DIRECTORY);
        if (result < 0) return result;
        Sys.Call(Nr.fchown, result, status->Uid, status->Gid);
        Sys.Call(Nr.fchmod, result, status->Mode & 0xFFF);
        Sys.Close(result);
        return mount;
    }

    private static long MakeOverlay(InitBlob* blob, long rootfs, long upper, bool inUserNamespace)
    {
        byte* type = stackalloc byte[8] { (byte)'o', (byte)'v', (byte)'e', (byte)'r', (byte)'l', (byte)'a', (byte)'y', 0 };
        byte* lower = stackalloc byte[9] { (byte)'l', (byte)'o', (byte)'w', (byte)'e', (byte)'r', (byte)'d', (byte)'i', (byte)'r', 0 };
        byte* over = stackalloc byte[9] { (byte)'u', (byte)'p', (byte)'p', (byte)'e', (byte)'r', (byte)'d', (byte)'i', (byte)'r', 0 };
        byte* work = stackalloc byte[8] { (byte)'w', (byte)'o', (byte)'r', (byte)'k', (byte)'d', (byte)'i', (byte)'r', 0 };
        byte* userXattr = stackalloc byte[10]
        {
            (byte)'u', (byte)'s', (byte)'e', (byte)'r', (byte)'x', (byte)'a', (byte)'t', (byte)'t', (byte)'r', 0,
        };
        long context = Sys.Call(Nr.fsopen, (long)type, Abi.FSOPEN_CLOEXEC);
        if (context < 0) return context;
        long result = SetDirectory(blob, context, lower, rootfs, 0);
        if (result >= 0) result = SetDirectory(blob, context, over, upper, (byte)'u');
        if (result >= 0) result = SetDirectory(blob, context, work, upper, (byte)'w');
        // Without it the kernel wants privileges over extended attributes that a user namespace does not give (Linux 5.11).
        if (result >= 0 && inUserNamespace) result = Sys.Call(Nr.fsconfig, context, Abi.FSCONFIG_SET_FLAG, (long)userXattr);
        if (result >= 0) result = Sys.Call(Nr.fsconfig, context, Abi.FSCONFIG_CMD_CREATE);
        if (result >= 0) result = Sys.Call(Nr.fsmount, context, Abi.FSMOUNT_CLOEXEC);
        Sys.Close(context);
        return result;
    }

    /// <summary>A directory by descriptor, as "/proc/self/fd/N" with one more letter below it unless that is 0.</summary>
    private static long SetDirectory(InitBlob* blob, long context, byte* key, long fd, byte below)
    {
        byte* path = InRoot.Scratch(blob);
        byte* end = RootOps.DescriptorPath(path, fd);
        if (below != 0)
        {
            *end++ = (byte)'/';
            *end++ = below;
            *end = 0;
        }
        return Sys.Call(Nr.fsconfig, context, Abi.FSCONFIG_SET_STRING, (long)key, (long)path);
    }
}
