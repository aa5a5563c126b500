using System.Diagnostics.CodeAnalysis;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>Files by path and by directory descriptor. Every descriptor is close-on-exec.</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe partial class Files
{
    // A rename or mount elsewhere makes openat2 with BENEATH or IN_ROOT answer EAGAIN; on a busy machine more than once.
    private const int ResolveAttempts = 128;

    /// <summary>open(2). <paramref name="mode"/> counts only with <see cref="OpenFlags.Create"/>.</summary>
    public static OwnedFd Open(string path, OpenFlags flags, int mode = 0) => OpenAt(null, path, flags, mode);

    /// <summary>openat(2); without a directory, relative paths start at the working directory.</summary>
    public static OwnedFd OpenAt(OwnedFd? directory, string path, OpenFlags flags, int mode = 0) =>
        TryOpenAt(directory, path, flags, out OwnedFd? file, out Errno errno, mode)
            ? file
            : throw new LinuxException("open", errno, path);

    /// <summary>openat2(2), Linux 5.6: a path walked under the restrictions of <paramref name="resolve"/>.</summary>
    public static OwnedFd OpenAt2(OwnedFd directory, string path, OpenFlags flags, ResolveFlags resolve, int mode = 0) =>
        TryOpenAt2(directory, path, flags, resolve, out OwnedFd? file, out Errno errno, mode)
            ? file
            : throw new LinuxException("openat2", errno, path);

    /// <summary>As <see cref="Open"/>, for files that may be absent or closed to us.</summary>
    public static bool TryOpen(string path, OpenFlags flags, [NotNullWhen(true)] out OwnedFd? file, out Errno errno, int mode = 0) =>
        TryOpenAt(null, path, flags, out file, out errno, mode);

    /// <summary>As <see cref="OpenAt"/>, for files that may be absent or closed to us.</summary>
    public static bool TryOpenAt(OwnedFd? directory, string path, OpenFlags flags, [NotNullWhen(true)] out OwnedFd? file, out Errno errno, int mode = 0)
    {
        int fd;
        fixed (byte* name = CString.Encode(path, "open"))
        {
            do fd = Libc.openat(Kernel.Directory(directory), name, flags.ToNative(), mode);
            while (Kernel.Interrupted(fd));
        }

        return Result(fd, out file, out errno);
    }

    /// <summary>As <see cref="OpenAt2"/>, for files that may be absent or closed to us.</summary>
    public static bool TryOpenAt2(OwnedFd directory, string path, OpenFlags flags, ResolveFlags resolve, [NotNullWhen(true)] out OwnedFd? file, out Errno errno, int mode = 0)
    {
        Libc.open_how how = new() { flags = (ulong)flags.ToNative(), mode = (ulong)mode, resolve = (ulong)resolve };
        long fd;
        int attempts = ResolveAttempts;
        fixed (byte* name = CString.Encode(path, "openat2"))
        {
            do fd = Libc.syscall(Libc.SYS_openat2, directory.Fd, (long)name, (long)&how, sizeof(Libc.open_how), 0, 0);
            while (Kernel.Interrupted(fd) || (fd < 0 && Libc.LastErrno == Errno.EAGAIN && --attempts > 0));
        }

        return Result((int)fd, out file, out errno);
    }

    /// <summary>Another descriptor of the same open file, at <paramref name="minimum"/> or above (fcntl(2) F_DUPFD_CLOEXEC).</summary>
    public static OwnedFd Duplicate(OwnedFd file, int minimum = 3) => Duplicate(file.Fd, minimum);

    /// <summary>Another descriptor of the open file behind a number that this process was given (a standard stream, LISTEN_FDS).</summary>
    public static OwnedFd Duplicate(int fd, int minimum = 3)
    {
        int copy = Libc.fcntl(fd, Libc.F_DUPFD_CLOEXEC, minimum);
        return copy >= 0 ? new OwnedFd(copy) : throw Kernel.Failure("fcntl F_DUPFD_CLOEXEC");
    }

    /// <summary>The access mode and status flags of an open file (fcntl(2) F_GETFL).</summary>
    public static OpenFlags StatusFlags(OwnedFd file)
    {
        int flags = Libc.fcntl(file.Fd, Libc.F_GETFL, 0);
        return flags >= 0 ? (OpenFlags)flags : throw Kernel.Failure("fcntl F_GETFL");
    }

    /// <summary>Switches O_NONBLOCK of the open file description (shared with its duplicates).</summary>
    public static void SetNonBlocking(OwnedFd file, bool nonBlocking)
    {
        int flags = Libc.fcntl(file.Fd, Libc.F_GETFL, 0);
        int wanted = nonBlocking ? flags | (int)OpenFlags.NonBlocking : flags & ~(int)OpenFlags.NonBlocking;
        if (flags < 0 || Libc.fcntl(file.Fd, Libc.F_SETFL, wanted) < 0) throw Kernel.Failure("fcntl F_SETFL");
    }

    /// <summary>flock(2): waits for the lock. It ends when the last duplicate of the descriptor is closed, also by a crash.</summary>
    public static void Lock(OwnedFd file, bool exclusive = true, string? path = null)
    {
        if (!FlockRetrying(file, exclusive ? Libc.LOCK_EX : Libc.LOCK_SH)) throw Kernel.Failure("flock", path);
    }

    /// <summary>flock(2) without waiting; false when another holds the lock.</summary>
    public static bool TryLock(OwnedFd file, bool exclusive = true, string? path = null)
    {
        if (FlockRetrying(file, (exclusive ? Libc.LOCK_EX : Libc.LOCK_SH) | Libc.LOCK_NB)) return true;
        return Libc.LastErrno == Errno.EAGAIN ? false : throw Kernel.Failure("flock", path);
    }

    private static bool FlockRetrying(OwnedFd file, int operation)
    {
        int result;
        do result = Libc.flock(file.Fd, operation);
        while (Kernel.Interrupted(result));
        return result == 0;
    }

    private static bool Result(int fd, [NotNullWhen(true)] out OwnedFd? file, out Errno errno)
    {
        errno = fd < 0 ? Libc.LastErrno : Errno.None;
        file = fd < 0 ? null : new OwnedFd(fd);
        return fd >= 0;
    }
}
