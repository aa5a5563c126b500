namespace Cofferdam.Containers.Init;

/// <summary>Kernel constants for init, under their C names. Sources: the man page or uapi header named beside each group.</summary>
internal static class Abi
{
    // errno(3), the few that init decides by
    public const int EPERM = 1, ECHILD = 10, ENOENT = 2, EINTR = 4, ENOEXEC = 8, EAGAIN = 11, EACCES = 13, EBUSY = 16, EEXIST = 17, ENOTDIR = 20,
        EINVAL = 22, ENOTTY = 25, EROFS = 30, ENAMETOOLONG = 36, ENOSYS = 38, ELOOP = 40, ENODATA = 61,
        EPROTO = 71, EOPNOTSUPP = 95, ENOTSUP = 95, ECONNRESET = 104, ETIMEDOUT = 110, E2BIG = 7, EBADF = 9;

    // open(2)
    public const int O_RDONLY = 0, O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0x40, O_EXCL = 0x80, O_NOCTTY = 0x100,
        O_DIRECTORY = 0x10000, O_NOFOLLOW = 0x20000, O_CLOEXEC = 0x80000, O_PATH = 0x200000, O_NONBLOCK = 0x800;
    public const int AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_EMPTY_PATH = 0x1000, AT_RECURSIVE = 0x8000,
        AT_EACCESS = 0x200;

    // openat2(2)
    public const ulong RESOLVE_NO_XDEV = 1, RESOLVE_NO_MAGICLINKS = 2, RESOLVE_NO_SYMLINKS = 4, RESOLVE_BENEATH = 8,
        RESOLVE_IN_ROOT = 0x10;

    // inode(7)
    public const uint S_IFMT = 0xF000, S_IFIFO = 0x1000, S_IFCHR = 0x2000, S_IFDIR = 0x4000, S_IFBLK = 0x6000,
        S_IFREG = 0x8000, S_IFLNK = 0xA000, S_IFSOCK = 0xC000;

    // mount(2)
    public const long MS_RDONLY = 1, MS_REMOUNT = 32, MS_BIND = 4096, MS_MOVE = 8192, MS_REC = 16384,
        MS_PRIVATE = 1 << 18, MS_SLAVE = 1 << 19;
    public const int MNT_DETACH = 2;

    // open_tree(2), move_mount(2), fsopen(2), mount_setattr(2)
    public const int OPEN_TREE_CLONE = 1, OPEN_TREE_CLOEXEC = O_CLOEXEC, MOVE_MOUNT_F_EMPTY_PATH = 4,
        MOVE_MOUNT_T_EMPTY_PATH = 0x40, FSOPEN_CLOEXEC = 1, FSMOUNT_CLOEXEC = 1,
        FSCONFIG_SET_FLAG = 0, FSCONFIG_SET_STRING = 1, FSCONFIG_CMD_CREATE = 6;
    public const ulong MOUNT_ATTR_RDONLY = 1, MOUNT_ATTR_NOSUID = 2, MOUNT_ATTR_NODEV = 4, MOUNT_ATTR_NOEXEC = 8,
        MOUNT_ATTR__ATIME = 0x70, MOUNT_ATTR_IDMAP = 0x100000;

    // statfs(2)
    public const long PROC_SUPER_MAGIC = 0x9fa0, SYSFS_MAGIC = 0x62656572, DEVPTS_SUPER_MAGIC = 0x1cd1;

    // clone(2), setns(2)
    public const long CLONE_NEWTIME = 0x80, CLONE_VM = 0x100, CLONE_PIDFD = 0x1000, CLONE_VFORK = 0x4000,
        CLONE_PARENT = 0x8000, CLONE_PARENT_SETTID = 0x100000, CLONE_NEWNS = 0x20000, CLONE_NEWCGROUP = 0x2000000, CLONE_NEWUTS = 0x4000000,
        CLONE_NEWIPC = 0x8000000, CLONE_NEWUSER = 0x10000000, CLONE_NEWPID = 0x20000000, CLONE_NEWNET = 0x40000000, CLONE_INTO_CGROUP = 0x200000000;
    public const int SIGKILL = 9, SIGCHLD = 17;

    // prctl(2)
    public const int PR_SET_DUMPABLE = 4, PR_SET_KEEPCAPS = 8, PR_CAPBSET_READ = 23, PR_CAPBSET_DROP = 24,
        PR_SET_NO_NEW_PRIVS = 38, PR_CAP_AMBIENT = 47, PR_CAP_AMBIENT_RAISE = 2, PR_CAP_AMBIENT_CLEAR_ALL = 4;

    // socket(7), unix(7), netdevice(7)
    public const int AF_INET = 2, SOCK_DGRAM = 2, SOL_SOCKET = 1, SCM_RIGHTS = 1, MSG_NOSIGNAL = 0x4000, MSG_CTRUNC = 8,
        MSG_CMSG_CLOEXEC = 0x40000000,
        SIOCGIFFLAGS = 0x8913, SIOCSIFFLAGS = 0x8914, IFF_UP = 1;

    // ioctl_tty(2)
    public const int TIOCSCTTY = 0x540E, TIOCSWINSZ = 0x5414, TIOCSPTLCK = 0x40045431, TIOCGPTPEER = 0x5441;

    // fcntl(2), close_range(2)
    public const int F_GETFD = 1, F_SETFD = 2, FD_CLOEXEC = 1, CLOSE_RANGE_CLOEXEC = 4;

    // keyctl(2)
    public const int KEYCTL_JOIN_SESSION_KEYRING = 1, KEYCTL_SETPERM = 5, KEYCTL_DESCRIBE = 6;
    public const uint KEY_USR_SEARCH = 0x080000;

    // poll(2), mmap(2), memfd_create(2), clock_gettime(2)
    public const short POLLIN = 1;
    public const int PROT_READ = 1, PROT_WRITE = 2, MAP_SHARED = 1, MFD_CLOEXEC = 1, CLOCK_MONOTONIC = 1;
    public const int X_OK = 1;
}
