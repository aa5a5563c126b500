namespace Cofferdam.Containers.Init;

/// <summary>
/// Mounts. Each is made detached (fsopen, open_tree), given its attributes while nobody can reach it, and attached to
/// the descriptor of its target. Runtime-free.
/// </summary>
// SAFETY: operands are offsets of NUL-terminated strings in the mapped blob, written by Launch/Steps.
internal static unsafe class MountOps
{
    /// <summary>
    /// Step MountFilesystem: A = target, B = type, C = source, D = options (see <see cref="Configure"/>), E = attributes,
    /// F = <see cref="MountStepFlags"/>, G = mount(2) flags and H = data for a classic mount.
    /// </summary>
    public static long MountFilesystem(InitBlob* blob, StepRecord* step)
    {
        MountStepFlags flags = (MountStepFlags)step->F;
        byte* path = (byte*)blob + step->A;
        long target = OpenTarget(blob, path, flags, directory: true);
        if (target < 0) return target;
        long result = (flags & MountStepFlags.Classic) != 0 ? MountClassic(blob, step, target) : MountDetached(blob, step, target);
        if (result >= 0 && (flags & MountStepFlags.CopyUp) != 0)
        {
            long mounted = InRoot.Open(blob, path, Abi.O_RDONLY | Abi.O_DIRECTORY);
            long beneath = mounted < 0 ? mounted : Reopen(target);
            result = beneath < 0 ? beneath : CopyUp.Tree(blob, beneath, mounted);
            Sys.Close(beneath);
            Sys.Close(mounted);
        }
        Sys.Close(target);
        return result;
    }

    /// <summary>
    /// Step BindMount: A = target, B = source path, C = attributes to set, D = attributes to clear,
    /// E = <see cref="MountStepFlags"/>.
    /// </summary>
    public static long BindMount(InitBlob* blob, StepRecord* step)
    {
        MountStepFlags flags = (MountStepFlags)step->E;
        if ((flags & MountStepFlags.CopySymlink) != 0 && CopySymlink(blob, step, out long copied)) return copied;
        long tree = OpenSource(blob, step, flags);
        if (tree < 0) return tree;

        FileStat source;
        long result = Sys.FileStatus(tree, &source);
        if (result < 0) return result;
        if ((flags & MountStepFlags.ProcSourceRequired) != 0 && Sys.FileSystemMagic(tree) != Abi.PROC_SUPER_MAGIC)
            return -Abi.EPERM;

        if ((step->C | step->D) != 0)
        {
            MountAttr attributes = default;
            attributes.Set = (ulong)step->C;
            attributes.Clear = (ulong)step->D;
            result = Apply(tree, &attributes, (flags & MountStepFlags.RecursiveAttributes) != 0);
            if (result < 0) return result;
        }
        long target = OpenTarget(blob, (byte*)blob + step->A, flags, source.IsDirectory);
        if (target < 0) return target;
        result = Sys.AttachMount(tree, target);
        Sys.Close(target);
        Sys.Close(tree);
        return result;
    }

    /// <summary>
    /// Step ChangeMount, on what is mounted at A: B = attributes to set, C = attributes to clear, D = propagation
    /// (MS_SHARED …, 0 for none), E = <see cref="MountStepFlags"/>.
    /// </summary>
    public static long ChangeMount(InitBlob* blob, StepRecord* step)
    {
        long mount = InRoot.Open(blob, (byte*)blob + step->A, Abi.O_PATH);
        if (mount < 0) return mount;
        MountAttr attributes = default;
        attributes.Set = (ulong)step->B;
        attributes.Clear = (ulong)step->C;
        attributes.Propagation = (ulong)step->D;
        long result = Apply(mount, &attributes, (step->E & (long)MountStepFlags.RecursiveAttributes) != 0);
        Sys.Close(mount);
        return result;
    }

    /// <summary>mount_setattr(2) on a mount's descriptor.</summary>
    public static long Apply(long mount, MountAttr* attributes, bool recursive)
    {
        byte empty = 0;
        return Sys.Call(Nr.mount_setattr, mount, (long)&empty,
            Abi.AT_EMPTY_PATH | (recursive ? Abi.AT_RECURSIVE : 0), (long)attributes, sizeof(MountAttr));
    }

    /// <summary>Makes a source that is a symbolic link anew in the container. False when it is none.</summary>
    private static bool CopySymlink(InitBlob* blob, StepRecord* step, out long result)
    {
        byte* link = InRoot.Scratch(blob) + InitBlob.ScratchSize / 2;
        result = Sys.Call(Nr.readlinkat, Abi.AT_FDCWD, (long)((byte*)blob + step->B), (long)link, 4095);
        if (result < 0) return false;
        link[result] = 0;
        result = InRoot.EnsureParent(blob, (byte*)blob + step->A, out byte* name);
        if (result < 0) return true;
        long parent = result;
        result = Sys.Call(Nr.symlinkat, (long)link, parent, (long)name);
        Sys.Close(parent);
        if (result == -Abi.EEXIST) result = 0;
        return true;
    }

    /// <summary>
    /// A detached clone of the source. Init makes it where it can: the mounts that it sees are those of its own mount
    /// namespace, whose read-only, nodev and similar flags a user namespace cannot take off. What only the caller can reach or
    /// map comes from there.
    /// </summary>
    private static long OpenSource(InitBlob* blob, StepRecord* step, MountStepFlags flags)
    {
        long how = Abi.OPEN_TREE_CLONE;
        if ((flags & MountStepFlags.Recursive) != 0) how |= Abi.AT_RECURSIVE;
        if ((flags & MountStepFlags.SourceNoFollow) != 0) how |= Abi.AT_SYMLINK_NOFOLLOW;
        long tree = Sys.OpenTree(Abi.AT_FDCWD, (byte*)blob + step->B, how);
        if (tree == -Abi.EACCES && (flags & MountStepFlags.ParentReaches) != 0) return SyncOps.ExchangeTree(blob, -1);
        return tree >= 0 && (flags & MountStepFlags.ParentMaps) != 0 ? SyncOps.ExchangeTree(blob, tree) : tree;
    }

    /// <summary>Opens the target, making it if it is missing, and refuses one on procfs that the plan did not allow.</summary>
    private static long OpenTarget(InitBlob* blob, byte* path, MountStepFlags flags, bool directory)
    {
        long target;
        if ((flags & MountStepFlags.NoLinks) != 0)
        {
            target = InRoot.OpenNoLinks(blob, path, Abi.O_PATH | Abi.O_DIRECTORY);
            if (target != -Abi.ENOENT) return target;
        }
        if ((flags & MountStepFlags.DestinationNoFollow) != 0)
        {
            long parent = InRoot.EnsureParent(blob, path, out byte* name);
            if (parent < 0) return parent;
            target = Sys.OpenAt(parent, name, Abi.O_PATH | Abi.O_NOFOLLOW);
            Sys.Close(parent);
            if (target != -Abi.ENOENT) return target;
        }
        target = InRoot.EnsureExists(blob, path, directory);
        if (target < 0 || (flags & MountStepFlags.ProcTargetAllowed) != 0) return target;
        // A file of procfs behind a bind mount would let the image defeat what init writes there (CVE-2019-16884).
        if (Sys.FileSystemMagic(target) != Abi.PROC_SUPER_MAGIC) return target;
        Sys.Close(target);
        return -Abi.EPERM;
    }

    private static long MountDetached(InitBlob* blob, StepRecord* step, long target)
    {
        long context = Sys.Call(Nr.fsopen, (long)((byte*)blob + step->B), Abi.FSOPEN_CLOEXEC);
        if (context < 0) return context;
        long result = Configure(blob, step, context);
        if (result >= 0) result = Sys.Call(Nr.fsmount, context, Abi.FSMOUNT_CLOEXEC, step->E);
        if (result < 0) KeepKernelMessage(blob, context);
        Sys.Close(context);
        if (result < 0) return result;
        long mount = result;
        result = Sys.AttachMount(mount, target);
        Sys.Close(mount);
        return result;
    }

    /// <summary>Gives the options to the context: each is a name, NUL, a value, NUL; the value 0xFF marks a bare flag.</summary>
    private static long Configure(InitBlob* blob, StepRecord* step, long context)
    {
        byte* source = (byte*)blob + step->C;
        byte* sourceKey = stackalloc byte[7] { (byte)'s', (byte)'o', (byte)'u', (byte)'r', (byte)'c', (byte)'e', 0 };
        long result = step->C == 0 ? 0
            : Sys.Call(Nr.fsconfig, context, Abi.FSCONFIG_SET_STRING, (long)sourceKey, (long)source);
        byte* at = (byte*)blob + step->D;
        while (result >= 0 && step->D != 0 && *at != 0)
        {
            byte* key = at;
            byte* value = key + Text.Length(key) + 1;
            at = value + Text.Length(value) + 1;
            result = *value == 0xFF
                ? Sys.Call(Nr.fsconfig, context, Abi.FSCONFIG_SET_FLAG, (long)key)
                : Sys.Call(Nr.fsconfig, context, Abi.FSCONFIG_SET_STRING, (long)key, (long)value);
        }
        return result < 0 ? result : Sys.Call(Nr.fsconfig, context, Abi.FSCONFIG_CMD_CREATE);
    }

    /// <summary>The kernel explains a refused option in the context's log: "e tmpfs: Bad value for 'size'".</summary>
    private static void KeepKernelMessage(InitBlob* blob, long context)
    {
        int call = Sys.LastCall;
        byte* detail = InRoot.Scratch(blob);
        long length = Sys.Read(context, detail, 250);
        Sys.LastCall = call;
        if (length <= 0) return;
        detail[length] = 0;
        SyncOps.FailureDetail = 1;
    }

    private static long MountClassic(InitBlob* blob, StepRecord* step, long target)
    {
        byte* path = InRoot.Scratch(blob);
        RootOps.DescriptorPath(path, target);
        return Sys.Mount(step->C == 0 ? null : (byte*)blob + step->C, path, (byte*)blob + step->B, step->G,
            step->H == 0 ? null : (byte*)blob + step->H);
    }

    /// <summary>Opens for reading the directory that an O_PATH descriptor holds, even when a mount now covers it.</summary>
    private static long Reopen(long directory)
    {
        ushort here = (byte)'.';
        return Sys.OpenAt(directory, (byte*)&here, Abi.O_RDONLY | Abi.O_DIRECTORY);
    }
}
