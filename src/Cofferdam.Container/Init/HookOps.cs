namespace Cofferdam.Containers.Init;

/// <summary>Hooks that run in the container's namespaces: createContainer and startContainer. Runtime-free.</summary>
// SAFETY: operands are offsets written by Launch/Steps; the forked child shares no memory and leaves by execve or exit.
internal static unsafe class HookOps
{
    /// <summary>
    /// Step RunHook: A = path, B = argv (null-terminated array of offsets), C = envp (the same), D = seconds it may take or 0,
    /// E and F = the state's JSON before and after the pid.
    /// </summary>
    public static long RunHook(InitBlob* blob, StepRecord* step)
    {
        int* pipe = stackalloc int[2];
        long result = Sys.Call(Nr.pipe2, (long)pipe, Abi.O_CLOEXEC);
        if (result < 0) return result;
        Relocate(blob, step->B);
        Relocate(blob, step->C);

        int pidfd = -1;
        CloneArguments arguments = default;
        arguments.Flags = (ulong)Abi.CLONE_PIDFD;
        arguments.Pidfd = (ulong)&pidfd;
        arguments.ExitSignal = Abi.SIGCHLD;
        long pid = Sys.Call(Nr.clone3, (long)&arguments, sizeof(CloneArguments));
        if (pid == 0) RunChild(blob, step, pipe[0]);
        Sys.Close(pipe[0]);
        if (pid > 0) WriteState(blob, step, pipe[1]);
        Sys.Close(pipe[1]);
        if (pid < 0) return pid;

        result = WaitFor(pidfd, step->D);
        if (result == 0)
        {
            Sys.Call(Nr.kill, pid, Abi.SIGKILL);
            result = -Abi.ETIMEDOUT;
        }
        int status = 0;
        long waited;
        do waited = Sys.Call(Nr.wait4, pid, (long)&status, 0, 0);
        while (waited == -Abi.EINTR);
        Sys.Close(pidfd);
        if (result < 0) return result;
        if (waited < 0) return waited;
        if (status == 0) return 0;
        SyncOps.FailureValue = status;
        return -Abi.ECHILD;
    }

    /// <summary>Turns a null-terminated array of offsets into pointers, once: the hook's strings stay where they are.</summary>
    public static void Relocate(InitBlob* blob, long offset)
    {
        if (offset == 0) return;
        for (long* at = (long*)((byte*)blob + offset); *at != 0; at++)
            if (*at < blob->Size) *at += (long)blob;
    }

    private static void RunChild(InitBlob* blob, StepRecord* step, int input)
    {
        SignalState.Unblock();
        Sys.Call(Nr.dup3, input, 0, 0);
        if (blob->HookOutputFd >= 0)
        {
            Sys.Call(Nr.dup3, blob->HookOutputFd, 1, 0);
            Sys.Call(Nr.dup3, blob->HookOutputFd, 2, 0);
        }
        Sys.Call(Nr.close_range, 3, uint.MaxValue, Abi.CLOSE_RANGE_CLOEXEC);
        Sys.Call(Nr.execve, (long)((byte*)blob + step->A), (long)((byte*)blob + step->B), (long)((byte*)blob + step->C));
        Sys.Exit(127);
    }

    private static void WriteState(InitBlob* blob, StepRecord* step, int output)
    {
        // The pid that the container sees: known only here (runtime-spec, Hooks: pid as seen in the hook's namespace).
        byte* number = stackalloc byte[24];
        Text.AppendNumber(number, number + 24, Sys.Call(Nr.getpid));
        byte* before = (byte*)blob + step->E;
        byte* after = (byte*)blob + step->F;
        // A hook may exit without reading; signals are blocked until the program runs, so that is just EPIPE here.
        Sys.Write(output, before, Text.Length(before));
        Sys.Write(output, number, Text.Length(number));
        Sys.Write(output, after, Text.Length(after));
    }

    /// <summary>1 when the process ended, 0 on timeout.</summary>
    private static long WaitFor(int pidfd, long seconds)
    {
        PollFd poll;
        poll.Fd = pidfd;
        poll.Events = Abi.POLLIN;
        poll.Results = 0;
        long result;
        do result = Sys.Call(Nr.poll, (long)&poll, 1, seconds == 0 ? -1 : seconds * 1000);
        while (result == -Abi.EINTR);
        return result;
    }

    private struct PollFd
    {
        public int Fd;
        public short Events;
        public short Results;
    }
}
