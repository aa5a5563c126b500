using System.Runtime.InteropServices;

namespace Cofferdam.Linux.Syscalls;

// Descriptors that become readable when something happens, and waiting for many of them.
public static unsafe partial class Libc
{
    public const int SIG_BLOCK = 0;
    public const int SIG_UNBLOCK = 1;
    public const int SIG_SETMASK = 2;

    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;
    public const int EPOLL_CTL_MOD = 3;
    public const int EPOLL_CLOEXEC = 0x80000;

    /// <summary>struct signalfd_siginfo of signalfd(2), up to the fields of a child's end.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    public struct signalfd_siginfo
    {
        public uint ssi_signo;
        public int ssi_errno;
        public int ssi_code;
        public uint ssi_pid;
        public uint ssi_uid;
        public int ssi_fd;
        public uint ssi_tid;
        public uint ssi_band;
        public uint ssi_overrun;
        public uint ssi_trapno;
        public int ssi_status;
    }

    [LibraryImport(Name)]
    public static partial int pthread_sigmask(int how, sigset_t* set, sigset_t* previous);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int signalfd(int fd, sigset_t* set, int flags);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int eventfd(uint initial, int flags);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int epoll_create1(int flags);

    /// <summary>epoll_ctl(2). The event is 12 bytes on x86-64 and 16 elsewhere: see <see cref="Epoll"/>.</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int epoll_ctl(int epoll, int operation, int fd, void* epollEvent);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int epoll_wait(int epoll, void* events, int capacity, int timeoutMilliseconds);
}
