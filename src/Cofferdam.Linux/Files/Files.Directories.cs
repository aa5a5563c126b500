using System.Text;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

// Names: making, moving, listing and removing them.
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe partial class Files
{
    private const int DirectoryBufferSize = 8192;

    // Offsets in struct linux_dirent64: u64 inode, s64 offset, u16 record length, u8 type, name.
    private const int DirentLength = 16;
    private const int DirentType = 18;
    private const int DirentName = 19;

    /// <summary>mkdirat(2).</summary>
    public static void Mkdir(OwnedFd? directory, string path, int mode)
    {
        if (!TryMkdir(directory, path, mode, out Errno errno)) throw new LinuxException("mkdir", errno, path);
    }

    /// <summary>mkdirat(2), where EEXIST is normal.</summary>
    public static bool TryMkdir(OwnedFd? directory, string path, int mode, out Errno errno)
    {
        int result;
        fixed (byte* name = CString.Encode(path, "mkdir")) result = Libc.mkdirat(Kernel.Directory(directory), name, (uint)mode);
        errno = result < 0 ? Libc.LastErrno : Errno.None;
        return result == 0;
    }

    /// <summary>Makes a directory and those above it. For paths of the host only: links are followed.</summary>
    public static void MkdirAll(string path, int mode)
    {
        if (TryMkdir(null, path, mode, out Errno errno)) return;
        if (errno == Errno.EEXIST && Stat(path).Type == FileType.Directory) return;
        string? parent = Path.GetDirectoryName(path.TrimEnd('/'));
        if (errno != Errno.ENOENT || string.IsNullOrEmpty(parent)) throw new LinuxException("mkdir", errno, path);
        MkdirAll(parent, mode);
        // EEXIST: another process made it in between.
        if (!TryMkdir(null, path, mode, out errno) && errno != Errno.EEXIST) throw new LinuxException("mkdir", errno, path);
    }

    /// <summary>mknodat(2) for a fifo.</summary>
    public static void MakeFifo(OwnedFd? directory, string path, int mode) => Mknod(directory, path, FileType.Fifo, mode);

    /// <summary>mknodat(2).</summary>
    public static void Mknod(OwnedFd? directory, string path, FileType type, int mode, uint major = 0, uint minor = 0)
    {
        // The kernel's wide encoding of a device number (makedev(3)).
        ulong device = (minor & 0xff) | ((ulong)(major & 0xfff) << 8) | ((ulong)(minor & ~0xffu) << 12) | ((ulong)(major & ~0xfffu) << 32);
        fixed (byte* name = CString.Encode(path, "mknod"))
        {
            if (Libc.mknodat(Kernel.Directory(directory), name, ((uint)type << 12) | (uint)mode, device) < 0) throw Kernel.Failure("mknod", path);
        }
    }

    /// <summary>symlinkat(2).</summary>
    public static void Symlink(string target, OwnedFd? directory, string path)
    {
        fixed (byte* to = CString.Encode(target, "symlink"), name = CString.Encode(path, "symlink"))
        {
            if (Libc.symlinkat(to, Kernel.Directory(directory), name) < 0) throw Kernel.Failure("symlink", target, path);
        }
    }

    /// <summary>readlinkat(2).</summary>
    public static string ReadLink(string path, OwnedFd? directory = null) =>
        TryReadLink(path, out string? target, out Errno errno, directory) ? target : throw new LinuxException("readlink", errno, path);

    /// <summary>readlinkat(2), for links of processes that may have gone.</summary>
    public static bool TryReadLink(string path, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? target, out Errno errno, OwnedFd? directory = null)
    {
        byte[] buffer = new byte[4096];
        nint length;
        fixed (byte* name = CString.Encode(path, "readlink"), data = buffer)
        {
            length = Libc.readlinkat(Kernel.Directory(directory), name, data, (nuint)buffer.Length);
        }

        errno = length < 0 ? Libc.LastErrno : Errno.None;
        target = length < 0 ? null : Encoding.UTF8.GetString(buffer, 0, (int)length);
        return length >= 0;
    }

    /// <summary>renameat2(2): replaces what has the new name, unless <paramref name="replace"/> is false (EEXIST).</summary>
    public static void Rename(OwnedFd? oldDirectory, string oldPath, OwnedFd? newDirectory, string newPath, bool replace = true)
    {
        fixed (byte* from = CString.Encode(oldPath, "rename"), to = CString.Encode(newPath, "rename"))
        {
            uint flags = replace ? 0 : Libc.RENAME_NOREPLACE;
            if (Libc.renameat2(Kernel.Directory(oldDirectory), from, Kernel.Directory(newDirectory), to, flags) < 0) throw Kernel.Failure("rename", oldPath, newPath);
        }
    }

    /// <summary>Swaps two names of one directory (renameat2(2) RENAME_EXCHANGE), where a missing name or a file system without it is normal.</summary>
    public static bool TryExchange(OwnedFd directory, string first, string second, out Errno errno)
    {
        fixed (byte* one = CString.Encode(first, "rename"), two = CString.Encode(second, "rename"))
        {
            bool done = Libc.renameat2(directory.Fd, one, directory.Fd, two, Libc.RENAME_EXCHANGE) == 0;
            errno = done ? Errno.None : Libc.LastErrno;
            return done;
        }
    }

    /// <summary>unlinkat(2); a name that is already gone is fine.</summary>
    public static void Unlink(string path, OwnedFd? directory = null)
    {
        if (!TryUnlink(path, out Errno errno, directory) && errno != Errno.ENOENT) throw new LinuxException("unlink", errno, path);
    }

    /// <summary>unlinkat(2), where failure is normal.</summary>
    public static bool TryUnlink(string path, out Errno errno, OwnedFd? directory = null) => TryUnlinkAt(directory, path, 0, "unlink", out errno);

    /// <summary>rmdir(2).</summary>
    public static void Rmdir(string path, OwnedFd? directory = null)
    {
        if (!TryRmdir(path, out Errno errno, directory)) throw new LinuxException("rmdir", errno, path);
    }

    /// <summary>rmdir(2), where EBUSY, ENOENT or ENOTEMPTY are normal.</summary>
    public static bool TryRmdir(string path, out Errno errno, OwnedFd? directory = null) => TryUnlinkAt(directory, path, Libc.AT_REMOVEDIR, "rmdir", out errno);

    /// <summary>The names in the directory at <paramref name="path"/>, without "." and "..", in the file system's order.</summary>
    public static IReadOnlyList<DirectoryEntry> ReadDirectory(string path)
    {
        using OwnedFd directory = Open(path, OpenFlags.Directory);
        return ReadDirectory(directory, path);
    }

    /// <summary>The names in an open directory. It is read from its start, and its position is shared with duplicates.</summary>
    public static IReadOnlyList<DirectoryEntry> ReadDirectory(OwnedFd directory, string? path = null)
    {
        List<DirectoryEntry> entries = [];
        byte[] buffer = new byte[DirectoryBufferSize];
        Seek(directory, 0);
        int length;
        while ((length = ReadDirents(directory, buffer, path)) > 0)
        {
            for (int at = 0; at < length; at += BitConverter.ToUInt16(buffer, at + DirentLength))
            {
                ReadOnlySpan<byte> name = DirentNameAt(buffer, at);
                if (!IsDotOrDotDot(name)) entries.Add(new DirectoryEntry(Encoding.UTF8.GetString(name), (FileType)buffer[at + DirentType]));
            }
        }

        return entries;
    }

    internal static ReadOnlySpan<byte> DirentNameAt(byte[] buffer, int at)
    {
        ReadOnlySpan<byte> rest = buffer.AsSpan(at + DirentName);
        return rest[..rest.IndexOf((byte)0)];
    }

    internal static bool IsDotOrDotDot(ReadOnlySpan<byte> name) => name.SequenceEqual("."u8) || name.SequenceEqual(".."u8);

    internal static int ReadDirents(OwnedFd directory, byte[] buffer, string? path)
    {
        // SAFETY: the buffer is pinned and its length given; the kernel writes whole records.
        fixed (byte* data = buffer)
        {
            nint length = Libc.getdents64(directory.Fd, data, (nuint)buffer.Length);
            return length >= 0 ? (int)length : throw Kernel.Failure("getdents64", path);
        }
    }

    private static bool TryUnlinkAt(OwnedFd? directory, string path, int flags, string operation, out Errno errno)
    {
        int result;
        fixed (byte* name = CString.Encode(path, operation)) result = Libc.unlinkat(Kernel.Directory(directory), name, flags);
        errno = result < 0 ? Libc.LastErrno : Errno.None;
        return result == 0;
    }
}
