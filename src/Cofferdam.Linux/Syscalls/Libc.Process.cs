using System.Runtime.InteropServices;

namespace Cofferdam.Linux.Syscalls;

// Processes, their children, and signals sent to them.
public static unsafe partial class Libc
{
    public const long SYS_pidfd_send_signal = 424;
    public const long SYS_pidfd_open = 434;
    public const long SYS_pidfd_getfd = 438;

    public const int P_ALL = 0;
    public const int P_PID = 1;
    public const int P_PIDFD = 3;

    public const int WNOHANG = 1;
    public const int WEXITED = 4;
    public const int WNOWAIT = 0x01000000;

    public const int CLD_EXITED = 1;

    public const short POSIX_SPAWN_SETSIGDEF = 0x04;
    public const short POSIX_SPAWN_SETSIGMASK = 0x08;
    public const short POSIX_SPAWN_SETSID = 0x80;

    /// <summary>The fields of siginfo_t that waitid(2) fills, in the 64-bit layout.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    public struct siginfo_t
    {
        public int si_signo;
        public int si_errno;
        public int si_code;
        private readonly int _padding;
        public int si_pid;
        public uint si_uid;
        public int si_status;
    }

    /// <summary>glibc's sigset_t: 1024 bits, of which the kernel knows 64.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct sigset_t
    {
        public fixed ulong bits[16];
    }

    /// <summary>glibc's posix_spawnattr_t (336 bytes), opaque.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct posix_spawnattr
    {
        private fixed ulong _opaque[48];
    }

    /// <summary>glibc's posix_spawn_file_actions_t (80 bytes), opaque.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct posix_spawn_file_actions
    {
        private fixed ulong _opaque[16];
    }

    [LibraryImport(Name, SetLastError = true)]
    public static partial int execve(byte* path, byte** argv, byte** envp);

    [LibraryImport(Name)]
    public static partial int getpid();

    [LibraryImport(Name)]
    public static partial int getppid();

    [LibraryImport(Name)]
    public static partial uint getuid();

    [LibraryImport(Name)]
    public static partial uint geteuid();

    [LibraryImport(Name)]
    public static partial uint getgid();

    [LibraryImport(Name)]
    public static partial uint getegid();

    [LibraryImport(Name, SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int waitid(int idType, uint id, siginfo_t* info, int options);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int setns(int fd, int namespaceType);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int unshare(int flags);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int madvise(void* address, nuint length, int advice);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int chdir(byte* path);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int prctl(int option, ulong a, ulong b, ulong c, ulong d);

    [LibraryImport(Name)]
    public static partial int posix_spawn(int* pid, byte* path, posix_spawn_file_actions* actions, posix_spawnattr* attributes, byte** argv, byte** envp);

    [LibraryImport(Name)]
    public static partial int posix_spawnattr_init(posix_spawnattr* attributes);

    [LibraryImport(Name)]
    public static partial int posix_spawnattr_destroy(posix_spawnattr* attributes);

    [LibraryImport(Name)]
    public static partial int posix_spawnattr_setflags(posix_spawnattr* attributes, short flags);

    [LibraryImport(Name)]
    public static partial int posix_spawnattr_setsigdefault(posix_spawnattr* attributes, sigset_t* signals);

    [LibraryImport(Name)]
    public static partial int posix_spawnattr_setsigmask(posix_spawnattr* attributes, sigset_t* signals);

    [LibraryImport(Name)]
    public static partial int posix_spawn_file_actions_init(posix_spawn_file_actions* actions);

    [LibraryImport(Name)]
    public static partial int posix_spawn_file_actions_destroy(posix_spawn_file_actions* actions);

    [LibraryImport(Name)]
    public static partial int posix_spawn_file_actions_adddup2(posix_spawn_file_actions* actions, int fd, int newFd);

    [LibraryImport(Name)]
    public static partial int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions* actions, byte* path);

    /// <summary>glibc 2.34.</summary>
    [LibraryImport(Name)]
    public static partial int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions* actions, int firstFd);
}
