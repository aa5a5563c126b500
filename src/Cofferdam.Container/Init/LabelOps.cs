namespace Cofferdam.Containers.Init;

/// <summary>Labels of security modules: of processes, keys, and files. Runtime-free.</summary>
// SAFETY: operands are offsets of NUL-terminated strings in the mapped blob, written by Launch/Steps.
internal static unsafe class LabelOps
{
    private const ulong PROC_ROOT_INO = 1;

    /// <summary>
    /// Step OpenHostProc: keeps the host's /proc by a descriptor, and makes sure that it is the root of a procfs: a directory
    /// of one, or a file system that looks alike, would take what is written elsewhere. Nothing to do when it is open.
    /// </summary>
    public static long OpenHostProc(InitBlob* blob, StepRecord* step)
    {
        if (blob->HostProcFd >= 0) return 0;
        byte* proc = stackalloc byte[6] { (byte)'/', (byte)'p', (byte)'r', (byte)'o', (byte)'c', 0 };
        long fd = Sys.OpenAt(Abi.AT_FDCWD, proc, Abi.O_PATH | Abi.O_DIRECTORY);
        if (fd < 0) return fd;
        FileStat status;
        long result = Sys.FileStatus(fd, &status);
        if (result >= 0 && status.Inode != PROC_ROOT_INO) result = -Abi.EINVAL;
        if (result >= 0) result = Sys.FileSystemMagic(fd);
        if (result >= 0 && result != Abi.PROC_SUPER_MAGIC) result = -Abi.EINVAL;
        if (result < 0)
        {
            Sys.Close(fd);
            return result;
        }
        blob->HostProcFd = (int)fd;
        return 0;
    }

    /// <summary>
    /// Step WriteAttribute: A = path below /proc, B = path where that does not exist, or 0, C = text. One write(2): the kernel
    /// takes it as a whole. What is mounted over the file, even on the host, is refused (EXDEV).
    /// </summary>
    public static long WriteAttribute(InitBlob* blob, StepRecord* step)
    {
        long fd = Open(blob, step->A);
        if (fd == -Abi.ENOENT && step->B != 0) fd = Open(blob, step->B);
        // Without the directory of the module, the module is not there; ENOENT is left to mean the profile.
        if (fd == -Abi.ENOENT) return -Abi.EOPNOTSUPP;
        if (fd < 0) return fd;
        byte* text = (byte*)blob + step->C;
        long result = Sys.Call(Nr.write, fd, (long)text, Text.Length(text));
        Sys.Close(fd);
        return result;
    }

    /// <summary>Step LabelFile: A = a directory in the root, B = the SELinux context it gets.</summary>
    public static long LabelFile(InitBlob* blob, StepRecord* step)
    {
        long fd = InRoot.Open(blob, (byte*)blob + step->A, Abi.O_RDONLY | Abi.O_DIRECTORY);
        if (fd < 0) return fd;
        byte* name = stackalloc byte[17]
        {
            (byte)'s', (byte)'e', (byte)'c', (byte)'u', (byte)'r', (byte)'i', (byte)'t', (byte)'y', (byte)'.',
            (byte)'s', (byte)'e', (byte)'l', (byte)'i', (byte)'n', (byte)'u', (byte)'x', 0,
        };
        byte* label = (byte*)blob + step->B;
        long result = Sys.Call(Nr.fsetxattr, fd, (long)name, (long)label, Text.Length(label) + 1);
        Sys.Close(fd);
        return result;
    }

    /// <summary>Gives an option "name=value" to the context of a new file system.</summary>
    public static long Configure(long context, byte* option)
    {
        const int Longest = 16;
        byte* name = stackalloc byte[Longest];
        int length = 0;
        while (length < Longest - 1 && option[length] != (byte)'=')
        {
            if (option[length] == 0) return -Abi.EINVAL;
            name[length] = option[length];
            length++;
        }
        name[length] = 0;
        return Sys.Call(Nr.fsconfig, context, Abi.FSCONFIG_SET_STRING, (long)name, (long)(option + length + 1));
    }

    private static long Open(InitBlob* blob, long path) =>
        Sys.OpenAt2(blob->HostProcFd, (byte*)blob + path, Abi.O_WRONLY,
            Abi.RESOLVE_NO_XDEV | Abi.RESOLVE_NO_MAGICLINKS | Abi.RESOLVE_BENEATH);
}
