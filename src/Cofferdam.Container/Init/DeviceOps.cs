namespace Cofferdam.Containers.Init;

/// <summary>Directories, links and device nodes in the root. Runtime-free.</summary>
// SAFETY: operands are offsets of NUL-terminated strings in the mapped blob, written by Launch/Steps.
internal static unsafe class DeviceOps
{
    /// <summary>
    /// Step MakeDirectory: A = path, B = 1 where it may lie in a place that only the user may enter. Missing parents are made too.
    /// </summary>
    public static long MakeDirectory(InitBlob* blob, StepRecord* step)
    {
        long fd = InRoot.EnsureExists(blob, (byte*)blob + step->A, directory: true);
        Sys.Close(fd);
        return step->B != 0 && fd == -Abi.EACCES ? 0 : fd;
    }

    /// <summary>Step MakeSymlink: A = path, B = what it says. An existing link or file stays.</summary>
    public static long MakeSymlink(InitBlob* blob, StepRecord* step)
    {
        long parent = InRoot.EnsureParent(blob, (byte*)blob + step->A, out byte* name);
        if (parent < 0) return parent;
        long result = Sys.Call(Nr.symlinkat, (long)((byte*)blob + step->B), parent, (long)name);
        Sys.Close(parent);
        return result == -Abi.EEXIST ? 0 : result;
    }

    /// <summary>Step MakeDevice: A = path, B = mode with type, C = device number, D = uid, E = gid.</summary>
    public static long MakeDevice(InitBlob* blob, StepRecord* step)
    {
        long parent = InRoot.EnsureParent(blob, (byte*)blob + step->A, out byte* name);
        if (parent < 0) return parent;
        // The umask is 0 here, so the node is born with its mode; an existing node stays as the image made it.
        long result = Sys.Call(Nr.mknodat, parent, (long)name, step->B, step->C);
        if (result >= 0 && (step->D | step->E) != 0)
            result = Sys.Call(Nr.fchownat, parent, (long)name, step->D, step->E, Abi.AT_SYMLINK_NOFOLLOW);
        Sys.Close(parent);
        return result == -Abi.EEXIST ? 0 : result;
    }

    /// <summary>
    /// Step BindDevice, where nodes cannot be made (user namespaces): A = path, B = the host's path, C = device number,
    /// D = S_IFCHR or S_IFBLK. The source is verified by type and number after it is opened (CVE-2025-31133).
    /// </summary>
    public static long BindDevice(InitBlob* blob, StepRecord* step)
    {
        long tree = Sys.OpenTree(Abi.AT_FDCWD, (byte*)blob + step->B, Abi.OPEN_TREE_CLONE);
        if (tree < 0) return tree;
        FileStat status;
        long result = Sys.FileStatus(tree, &status);
        if (result >= 0 && (status.Kind != (uint)step->D || status.Rdev != (ulong)step->C)) result = -Abi.EINVAL;
        if (result >= 0) result = InRoot.EnsureExists(blob, (byte*)blob + step->A, directory: false);
        if (result >= 0)
        {
            long target = result;
            result = Sys.AttachMount(tree, target);
            Sys.Close(target);
        }
        Sys.Close(tree);
        return result;
    }
}
