using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Containers.Init;

/// <summary>
/// The system calls of init. Each returns the kernel's result or a negated error number, and notes its own number in
/// <see cref="LastCall"/> so that a failure names the call. Runtime-free (docs/runtime-free-code.md).
/// </summary>
// SAFETY: every pointer is a NUL-terminated string or a structure of the kernel's layout that lives across the call.
internal static unsafe class Sys
{
    /// <summary>The number of the call made last: what failed, when a step ends with an error.</summary>
    public static int LastCall;

    public static long Call(int number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0)
    {
        LastCall = number;
        return RawSyscall.Invoke(number, a, b, c, d, e, f);
    }

    /// <summary>close(2), leaving <see cref="LastCall"/> alone so that cleaning up does not hide what failed.</summary>
    public static void Close(long fd)
    {
        if (fd >= 0) RawSyscall.Invoke(Nr.close, fd);
    }

    public static long OpenAt(long dir, byte* path, long flags, long mode = 0) =>
        Call(Nr.openat, dir, (long)path, flags | Abi.O_CLOEXEC, mode);

    /// <summary>openat2(2). EAGAIN means that a rename or mount raced the walk of "..": tried again, with a bound.</summary>
    public static long OpenAt2(long dir, byte* path, long flags, ulong resolve)
    {
        OpenHow how;
        how.Flags = (ulong)(flags | Abi.O_CLOEXEC);
        how.Mode = 0;
        how.Resolve = resolve;
        long result = -Abi.EAGAIN;
        for (int attempt = 0; attempt < 128 && (result == -Abi.EAGAIN || result == -Abi.EINTR); attempt++)
            result = Call(Nr.openat2, dir, (long)path, (long)&how, sizeof(OpenHow));
        return result;
    }

    public static long Read(long fd, void* buffer, long length)
    {
        long result;
        do result = Call(Nr.read, fd, (long)buffer, length);
        while (result == -Abi.EINTR);
        return result;
    }

    /// <summary>Writes all bytes, or returns the error.</summary>
    public static long Write(long fd, byte* buffer, long length)
    {
        while (length > 0)
        {
            long written = Call(Nr.write, fd, (long)buffer, length);
            if (written == -Abi.EINTR) continue;
            if (written < 0) return written;
            buffer += written;
            length -= written;
        }
        return 0;
    }

    public static long Mount(byte* source, byte* target, byte* type, long flags, byte* data) =>
        Call(Nr.mount, (long)source, (long)target, (long)type, flags, (long)data);

    public static long OpenTree(long dir, byte* path, long flags) =>
        Call(Nr.open_tree, dir, (long)path, flags | Abi.OPEN_TREE_CLOEXEC);

    /// <summary>move_mount(2) of a detached mount onto an O_PATH descriptor: no path is looked up.</summary>
    public static long AttachMount(long mount, long target)
    {
        byte empty = 0;
        return Call(Nr.move_mount, mount, (long)&empty, target, (long)&empty,
            Abi.MOVE_MOUNT_F_EMPTY_PATH | Abi.MOVE_MOUNT_T_EMPTY_PATH);
    }

    public static long FileStatus(long fd, FileStat* status)
    {
        byte empty = 0;
        return Call(Nr.newfstatat, fd, (long)&empty, (long)status, Abi.AT_EMPTY_PATH);
    }

    /// <summary>The magic number of the file system that holds <paramref name="fd"/>, or a negated error.</summary>
    public static long FileSystemMagic(long fd)
    {
        FileSystemStat status;
        long result = Call(Nr.fstatfs, fd, (long)&status);
        return result < 0 ? result : status.Type;
    }

    public static long Prctl(long option, long a = 0, long b = 0, long c = 0) => Call(Nr.prctl, option, a, b, c, 0);

    /// <summary>Ends the process, also under a filter of the container that does not let it: then by a fault.</summary>
    public static void Exit(int code)
    {
        RawSyscall.Invoke(Nr.exit_group, code);
        *(byte*)null = 0;
    }
}
