using System.Runtime.CompilerServices;

namespace Cofferdam.Containers.Init;

/// <summary>
/// tmpcopyup: copies what the image has below a tmpfs into it: directories, files, links, nodes, with owner, mode and
/// modification time. Runtime-free; every step goes by descriptor and follows no link.
/// </summary>
// SAFETY: directory entries are read into a buffer on the stack of each level and checked against its end.
[SkipLocalsInit]   // clearing the buffer would call the runtime
internal static unsafe class CopyUp
{
    private const int MaxDepth = 64;
    private const int EntryBufferSize = 2048;

    /// <summary>Copies the contents (and the owner and mode) of directory <paramref name="from"/> to <paramref name="to"/>.</summary>
    public static long Tree(InitBlob* blob, long from, long to)
    {
        FileStat status;
        long result = Sys.FileStatus(from, &status);
        if (result >= 0) result = Directory(blob, from, to, 0);
        return result < 0 ? result : Finish(to, &status);
    }

    private static long Directory(InitBlob* blob, long from, long to, int depth)
    {
        if (depth > MaxDepth) return -Abi.ELOOP;
        byte* buffer = stackalloc byte[EntryBufferSize];
        while (true)
        {
            long length = Sys.Call(Nr.getdents64, from, (long)buffer, EntryBufferSize);
            if (length <= 0) return length;
            // struct linux_dirent64: u64 inode, s64 offset, u16 record length, u8 type, name
            for (byte* entry = buffer; entry < buffer + length; entry += *(ushort*)(entry + 16))
            {
                byte* name = entry + 19;
                if (name[0] == (byte)'.' && (name[1] == 0 || (name[1] == (byte)'.' && name[2] == 0))) continue;
                long result = Entry(blob, from, to, name, depth);
                if (result < 0) return result;
            }
        }
    }

    private static long Entry(InitBlob* blob, long from, long to, byte* name, int depth)
    {
        FileStat status;
        long result = Sys.Call(Nr.newfstatat, from, (long)name, (long)&status, Abi.AT_SYMLINK_NOFOLLOW);
        if (result < 0) return result;
        return status.Kind switch
        {
            Abi.S_IFDIR => Subdirectory(blob, from, to, name, &status, depth),
            Abi.S_IFREG => File(from, to, name, &status),
            Abi.S_IFLNK => Link(blob, from, to, name, &status),
            _ => Node(to, name, &status),
        };
    }

    private static long Subdirectory(InitBlob* blob, long from, long to, byte* name, FileStat* status, int depth)
    {
        long result = Sys.Call(Nr.mkdirat, to, (long)name, 0x1C0);   // 0700 until it is filled
        if (result < 0 && result != -Abi.EEXIST) return result;
        long source = Sys.OpenAt(from, name, Abi.O_RDONLY | Abi.O_DIRECTORY | Abi.O_NOFOLLOW);
        if (source < 0) return source;
        long target = Sys.OpenAt(to, name, Abi.O_RDONLY | Abi.O_DIRECTORY | Abi.O_NOFOLLOW);
        result = target < 0 ? target : Directory(blob, source, target, depth + 1);
        if (result >= 0) result = Finish(target, status);
        Sys.Close(source);
        Sys.Close(target);
        return result;
    }

    private static long File(long from, long to, byte* name, FileStat* status)
    {
        long source = Sys.OpenAt(from, name, Abi.O_RDONLY | Abi.O_NOFOLLOW);
        if (source < 0) return source;
        long target = Sys.OpenAt(to, name, Abi.O_WRONLY | Abi.O_CREAT | Abi.O_EXCL | Abi.O_NOFOLLOW, 0x180);
        long result = target;
        for (long left = status->Size; left > 0 && result >= 0;)
        {
            result = Sys.Call(Nr.sendfile, target, source, 0, left);
            if (result == -Abi.EINTR) result = 1;
            else if (result == 0) break;
            else left -= result;
        }
        if (result >= 0) result = Finish(target, status);
        Sys.Close(source);
        Sys.Close(target);
        return result;
    }

    private static long Link(InitBlob* blob, long from, long to, byte* name, FileStat* status)
    {
        byte* target = InRoot.Scratch(blob);
        long length = Sys.Call(Nr.readlinkat, from, (long)name, (long)target, 4095);
        if (length < 0) return length;
        target[length] = 0;
        long result = Sys.Call(Nr.symlinkat, (long)target, to, (long)name);
        return result < 0 ? result
            : Sys.Call(Nr.fchownat, to, (long)name, status->Uid, status->Gid, Abi.AT_SYMLINK_NOFOLLOW);
    }

    private static long Node(long to, byte* name, FileStat* status)
    {
        long result = Sys.Call(Nr.mknodat, to, (long)name, status->Mode, (long)status->Rdev);
        return result < 0 ? result
            : Sys.Call(Nr.fchownat, to, (long)name, status->Uid, status->Gid, Abi.AT_SYMLINK_NOFOLLOW);
    }

    private static long Finish(long fd, FileStat* status)
    {
        long result = Sys.Call(Nr.fchown, fd, status->Uid, status->Gid);
        if (result >= 0) result = Sys.Call(Nr.fchmod, fd, status->Mode & 0xFFF);
        long* times = stackalloc long[4];
        times[0] = status->AccessSeconds;
        times[1] = status->AccessNanoseconds;
        times[2] = status->ModifySeconds;
        times[3] = status->ModifyNanoseconds;
        return result < 0 ? result : Sys.Call(Nr.utimensat, fd, 0, (long)times, 0);
    }
}
