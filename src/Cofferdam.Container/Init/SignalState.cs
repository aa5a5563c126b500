namespace Cofferdam.Containers.Init;

/// <summary>Signals: the .NET runtime's ignored SIGPIPE and the parent's mask would survive execve(2). Runtime-free.</summary>
// SAFETY: the structures have the kernel's layout (rt_sigaction(2), 64 signals).
internal static unsafe class SignalState
{
    private const int SignalCount = 64, SIG_BLOCK = 0, SIG_SETMASK = 2;

    /// <summary>Every signal back to its default, and all blocked until the program runs.</summary>
    public static void ResetAndBlock()
    {
        SignalAction action = default;
        for (int signal = 1; signal <= SignalCount; signal++)
            Sys.Call(Nr.rt_sigaction, signal, (long)&action, 0, sizeof(ulong));
        ulong all = ulong.MaxValue;
        Sys.Call(Nr.rt_sigprocmask, SIG_BLOCK, (long)&all, 0, sizeof(ulong));
    }

    public static void Unblock()
    {
        ulong none = 0;
        Sys.Call(Nr.rt_sigprocmask, SIG_SETMASK, (long)&none, 0, sizeof(ulong));
    }

    private struct SignalAction
    {
        public void* Handler;
        public ulong Flags;
        public void* Restorer;
        public ulong Mask;
    }
}
