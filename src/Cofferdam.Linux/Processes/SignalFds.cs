using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>Signals as something to read (signalfd(2)) instead of something that interrupts.</summary>
/// <remarks>
/// A signal to the process goes to any thread that does not block it, also to one of the runtime's own. So a program
/// that reads signals must block them before the runtime starts its threads.
/// </remarks>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe class SignalFds
{
    /// <summary>Blocks signals for the calling thread and the threads it will start; returns what was blocked before.</summary>
    public static SignalSet Block(SignalSet signals) => Mask(Libc.SIG_BLOCK, signals);

    /// <summary>Lets signals through to the calling thread again; returns what was blocked before.</summary>
    public static SignalSet Unblock(SignalSet signals) => Mask(Libc.SIG_UNBLOCK, signals);

    /// <summary>Sets exactly which signals the calling thread blocks; returns what was blocked before.</summary>
    public static SignalSet SetMask(SignalSet signals) => Mask(Libc.SIG_SETMASK, signals);

    /// <summary>A descriptor that is readable when one of these signals, which must be blocked, is pending.</summary>
    public static OwnedFd Open(SignalSet signals)
    {
        const int SFD_CLOEXEC = 0x80000;
        const int SFD_NONBLOCK = 0x800;
        Libc.sigset_t set = Native(signals);
        int fd = Libc.signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
        return fd >= 0 ? new OwnedFd(fd) : throw Kernel.Failure("signalfd");
    }

    /// <summary>Takes one pending signal, without waiting.</summary>
    public static bool TryRead(OwnedFd signalFd, out ReceivedSignal signal)
    {
        Libc.signalfd_siginfo info = default;
        signal = default;
        if (!Files.TryRead(signalFd, new Span<byte>(&info, sizeof(Libc.signalfd_siginfo)), out _, out Errno errno))
            return errno == Errno.EAGAIN ? false : throw new LinuxException("read", errno, "signalfd");
        signal = new ReceivedSignal((int)info.ssi_signo, (int)info.ssi_pid, info.ssi_uid);
        return true;
    }

    private static SignalSet Mask(int how, SignalSet signals)
    {
        Libc.sigset_t set = Native(signals), previous = default;
        int error = Libc.pthread_sigmask(how, &set, &previous);
        return error == 0 ? new SignalSet(previous.bits[0]) : throw new LinuxException("pthread_sigmask", (Errno)error);
    }

    private static Libc.sigset_t Native(SignalSet signals)
    {
        Libc.sigset_t set = default;
        set.bits[0] = signals.Bits;
        return set;
    }
}
