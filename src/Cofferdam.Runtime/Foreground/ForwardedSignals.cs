using Cofferdam.Linux;

namespace Cofferdam.Runtime.Foreground;

/// <summary>
/// The signals that a foreground run or exec passes on. NativeMain.cs blocks them before the runtime starts its first
/// thread, so that every thread inherits the mask and none is killed by one; a signalfd then delivers them.
/// </summary>
internal static class ForwardedSignals
{
    /// <summary>
    /// All but: SIGKILL and SIGSTOP, which cannot be blocked; SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV and SIGSYS, which
    /// tell of our own faults; SIGPIPE, which the runtime ignores; SIGURG, as runc; and the first three real-time signals,
    /// two of glibc's and the one by which the runtime stops its threads.
    /// </summary>
    internal const ulong Mask = ~(
        (1UL << 3) | (1UL << 4) | (1UL << 6) | (1UL << 7) | (1UL << 8) | (1UL << 10) // ILL TRAP BUS FPE KILL SEGV
        | (1UL << 12) | (1UL << 18) | (1UL << 22) | (1UL << 30) // PIPE STOP URG SYS
        | (7UL << 31)); // real-time 32 to 34

    /// <summary>For commands that end by themselves: ^C and SIGTERM must end them.</summary>
    internal static void Unblock() => SignalFds.Unblock(new SignalSet(Mask));

#if COFFER_PLAIN_MAIN
    /// <summary>
    /// Without NativeMain.cs the runtime's threads exist already and a signal would find one that does not block it. The
    /// mask survives execve, so the program blocks the signals and begins once more.
    /// </summary>
    internal static void BlockInAllThreads(string[] args)
    {
        SignalSet signals = new(Mask);
        if ((SignalFds.Block(signals).Bits & Mask) == Mask) return;
        Processes.Execute("/proc/self/exe", [Environment.GetCommandLineArgs()[0], .. args], HostPrograms.Variables());
    }
#endif

    /// <summary>Blocks them for this thread and returns the descriptor that reads them.</summary>
    internal static OwnedFd Open()
    {
        SignalSet signals = new(Mask);
        SignalFds.Block(signals);
        return SignalFds.Open(signals);
    }
}
