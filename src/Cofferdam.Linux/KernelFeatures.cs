using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>What the running kernel can do, asked in ways that change nothing.</summary>
// SAFETY: every call is given arguments that it refuses before it does anything.
public static unsafe class KernelFeatures
{
    private const long SYS_clone3 = 435, SYS_close_range = 436, SYS_set_mempolicy = 238, SYS_seccomp = 317;
    private const long SECCOMP_SET_MODE_FILTER = 1, SECCOMP_GET_ACTION_AVAIL = 2;

    /// <summary>The kernel's release, "6.18.44-cloud".</summary>
    public static string Release => Files.ReadText("/proc/sys/kernel/osrelease").Trim();

    /// <summary>clone3(2), Linux 5.3.</summary>
    public static bool HasClone3 => IsThere(SYS_clone3, 0, 0);

    /// <summary>pidfd_open(2), Linux 5.3.</summary>
    public static bool HasPidfdOpen => IsThere(Libc.SYS_pidfd_open, -1, 0);

    /// <summary>openat2(2), Linux 5.6.</summary>
    public static bool HasOpenAt2 => IsThere(Libc.SYS_openat2, -1, 0);

    /// <summary>close_range(2), Linux 5.9.</summary>
    public static bool HasCloseRange => IsThere(SYS_close_range, 1, 0);

    /// <summary>mount_setattr(2), Linux 5.12.</summary>
    public static bool HasMountSetAttributes => IsThere(Libc.SYS_mount_setattr, -1, 0);

    /// <summary>set_mempolicy(2): the kernel was built with NUMA.</summary>
    public static bool HasMemoryPolicy => IsThere(SYS_set_mempolicy, -1, 0);

    /// <summary>seccomp(2) takes a filter with these flags (it looks at them before it looks for the filter).</summary>
    public static bool KnowsFilterFlags(uint flags) =>
        Libc.syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, 0, 0, 0, 0) < 0 && Libc.LastErrno == Errno.EFAULT;

    /// <summary>A filter may return this action (SECCOMP_GET_ACTION_AVAIL, Linux 4.14).</summary>
    public static bool KnowsFilterAction(uint action) =>
        Libc.syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, (long)&action, 0, 0, 0) == 0;

    /// <summary>
    /// Whether a file system can be mounted here; a module is loaded for it. Null where only root may ask (fsopen(2)).
    /// </summary>
    public static bool? KnowsFileSystem(string type)
    {
        fixed (byte* name = CString.Encode(type, "fsopen"))
        {
            long fd = Libc.syscall(Libc.SYS_fsopen, (long)name, Libc.FSOPEN_CLOEXEC, 0, 0, 0, 0);
            if (fd >= 0)
            {
                _ = Libc.close((int)fd);
                return true;
            }
        }
        if (Libc.LastErrno == Errno.ENODEV) return false;
        return Files.TryReadText("/proc/filesystems", out string? known, out _) && known.Contains($"\t{type}\n", StringComparison.Ordinal) ? true : null;
    }

    private static bool IsThere(long number, long first, long second) =>
        Libc.syscall(number, first, second, 0, 0, 0, 0) >= 0 || Libc.LastErrno != Errno.ENOSYS;
}
