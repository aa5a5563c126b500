using System.Runtime.InteropServices;

namespace Cofferdam.Bench;

/// <summary>The system calls of a launcher.</summary>
internal static unsafe partial class Libc
{
    public const int CloneNewNs = 0x20000;
    public const int MsRec = 0x4000;
    public const int MsBind = 0x1000;
    public const int MsPrivate = 1 << 18;
    public const int MntDetach = 2;
    public const int SysPidfdOpen = 434;
    public const short PollIn = 1;
    public const int Sigkill = 9;
    public const int WNoHang = 1;
    public const int OCloexec = 0x80000;
    public const int ONonblock = 0x800;
    public const int PrSetChildSubreaper = 36;
    public const short SpawnSetPgroup = 2;
    public const short SpawnSetSid = 0x80;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn(int* pid, string path, void* fileActions, void* attributes, byte** argv, byte** envp);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_adddup2(void* actions, int from, int to);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn_file_actions_addchdir_np(void* actions, string path);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport("libc")]
    public static partial int getrusage(int who, Rusage* usage);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int pipe2(int* fds, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int fd, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mkfifo(string path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prctl(int option, nuint first, nuint second, nuint third, nuint fourth);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int wait4(int pid, int* status, int options, Rusage* usage);

    [LibraryImport("libc", SetLastError = true)]
    public static partial long syscall(long number, long first, long second);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(PollFd* fds, ulong count, int timeout);

    [LibraryImport("libc")]
    public static partial int close(int fd);

    [LibraryImport("libc")]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string source, string target, string? type, ulong flags, string? data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int umount2(string target, int flags);

    [LibraryImport("libc")]
    public static partial int setpriority(int which, int who, int priority);
}
