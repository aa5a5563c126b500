using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

// What files are, and who owns them.
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe partial class Files
{
    /// <summary>statx(2), following links.</summary>
    public static FileStatus Stat(string path) =>
        TryStat(path, out FileStatus status, out Errno errno) ? status : throw new LinuxException("stat", errno, path);

    /// <summary>statx(2) of an open file, O_PATH descriptors included.</summary>
    public static FileStatus Stat(OwnedFd file, string? path = null) =>
        TryStatAt(file, "", true, out FileStatus status, out Errno errno) ? status : throw new LinuxException("stat", errno, path);

    /// <summary>statx(2), where absence is normal.</summary>
    public static bool TryStat(string path, out FileStatus status, out Errno errno) => TryStatAt(null, path, true, out status, out errno);

    /// <summary>statx(2) relative to a directory; an empty path means the descriptor itself.</summary>
    public static bool TryStatAt(OwnedFd? directory, string path, bool followLinks, out FileStatus status, out Errno errno)
    {
        Libc.statx_buffer buffer = default;
        int flags = (followLinks ? 0 : Libc.AT_SYMLINK_NOFOLLOW) | (path.Length == 0 ? Libc.AT_EMPTY_PATH : 0);
        int result;
        fixed (byte* name = CString.Encode(path, "stat"))
        {
            do result = Libc.statx(Kernel.Directory(directory), name, flags, Libc.STATX_BASIC_STATS | Libc.STATX_MNT_ID, &buffer);
            while (Kernel.Interrupted(result));
        }

        errno = result < 0 ? Libc.LastErrno : Errno.None;
        status = result < 0 ? default : FromStatx(buffer);
        return result == 0;
    }

    /// <summary>True when something has this name, also a link that leads nowhere.</summary>
    public static bool Exists(string path, OwnedFd? directory = null) => TryStatAt(directory, path, false, out _, out _);

    /// <summary>True when the effective user may execute the file (faccessat(2) AT_EACCESS).</summary>
    public static bool IsExecutable(string path)
    {
        const int X_OK = 1, AT_EACCESS = 0x200;
        fixed (byte* name = CString.Encode(path, "access")) return Libc.faccessat(Libc.AT_FDCWD, name, X_OK, AT_EACCESS) == 0;
    }

    /// <summary>Whether the effective user may write the file; false also on a read-only file system (faccessat(2) AT_EACCESS).</summary>
    public static bool IsWritable(string path, out Errno errno)
    {
        const int W_OK = 2, AT_EACCESS = 0x200;
        int result;
        fixed (byte* name = CString.Encode(path, "access")) result = Libc.faccessat(Libc.AT_FDCWD, name, W_OK, AT_EACCESS);
        errno = result < 0 ? Libc.LastErrno : Errno.None;
        return result == 0;
    }

    /// <summary>The magic number of the file system that holds <paramref name="file"/> (fstatfs(2)).</summary>
    public static long FileSystemMagic(OwnedFd file, string? path = null)
    {
        Libc.statfs_buffer buffer = default;
        int result;
        do result = Libc.fstatfs(file.Fd, &buffer);
        while (Kernel.Interrupted(result));
        return result == 0 ? buffer.f_type : throw Kernel.Failure("fstatfs", path);
    }

    /// <summary>fchmod(2): the exact mode, whatever the umask.</summary>
    public static void Chmod(OwnedFd file, int mode, string? path = null)
    {
        if (Libc.fchmod(file.Fd, (uint)mode) < 0) throw Kernel.Failure("fchmod", path);
    }

    /// <summary>fchownat(2) of an open file; -1 keeps the owner or group.</summary>
    public static void Chown(OwnedFd file, long uid, long gid, string? path = null)
    {
        // SAFETY: one pinned NUL is the empty path.
        fixed (byte* empty = "\0"u8)
        {
            if (Libc.fchownat(file.Fd, empty, (uint)uid, (uint)gid, Libc.AT_EMPTY_PATH) < 0) throw Kernel.Failure("chown", path);
        }
    }

    private static FileStatus FromStatx(in Libc.statx_buffer b) => new(
        (FileType)((b.stx_mode & Libc.S_IFMT) >> 12),
        b.stx_mode & 0xfff,
        b.stx_uid,
        b.stx_gid,
        (long)b.stx_size,
        b.stx_nlink,
        b.stx_ino,
        b.stx_dev_major,
        b.stx_dev_minor,
        b.stx_rdev_major,
        b.stx_rdev_minor,
        (b.stx_mask & Libc.STATX_MNT_ID) != 0 ? b.stx_mnt_id : 0);
}
