using System.Runtime.InteropServices;

namespace Cofferdam.Linux.Syscalls;

// Mounts: the old call, and the calls by descriptor of Linux 5.2 and later.
public static unsafe partial class Libc
{
    public const long SYS_open_tree = 428;
    public const long SYS_move_mount = 429;
    public const long SYS_fsopen = 430;
    public const long SYS_fsconfig = 431;
    public const long SYS_fsmount = 432;
    public const long SYS_mount_setattr = 442;

    public const uint OPEN_TREE_CLONE = 1;
    public const uint OPEN_TREE_CLOEXEC = 0x80000;
    public const uint AT_RECURSIVE = 0x8000;

    public const uint MOVE_MOUNT_F_EMPTY_PATH = 0x04;
    public const uint MOVE_MOUNT_T_EMPTY_PATH = 0x40;

    public const uint FSOPEN_CLOEXEC = 1;
    public const uint FSMOUNT_CLOEXEC = 1;
    public const uint FSCONFIG_SET_FLAG = 0;
    public const uint FSCONFIG_SET_STRING = 1;
    public const uint FSCONFIG_CMD_CREATE = 6;

    /// <summary>struct mount_attr of mount_setattr(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct mount_attr
    {
        public ulong attr_set;
        public ulong attr_clr;
        public ulong propagation;
        public ulong userns_fd;
    }

    [LibraryImport(Name, SetLastError = true)]
    public static partial int mount(byte* source, byte* target, byte* type, ulong flags, void* data);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int umount2(byte* target, int flags);
}
