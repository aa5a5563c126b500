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
        long state = WriteState(blob, step);
        if (state < 0) return state;
        Relocate(blob, step->B);
        Relocate(blob, step->C);

        int pidfd = -1;
        CloneArguments arguments = default;
        arguments.Flags = (ulong)Abi.CLONE_PIDFD;
        arguments.Pidfd = (ulong)&pidfd;
        arguments.ExitSignal = Abi.SIGCHLD;
        long pid = Sys.Call(Nr.clone3, (long)&arguments, sizeof(CloneArguments));
        if (pid == 0) RunChild(blob, step, state);
        Sys.Close(state);
        if (pid < 0) return pid;

        long result = WaitFor(pidfd, step->D);
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
        Sys.LastCall = Nr.execve;
        if (blob->HookError < 0) return blob->HookError;
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

    private static void RunChild(InitBlob* blob, StepRecord* step, long input)
    {
        SignalState.Unblock();
        Sys.Call(Nr.dup3, input, 0, 0);
        if (blob->HookOutputFd >= 0)
        {
            Sys.Call(Nr.dup3, blob->HookOutputFd, 1, 0);
            Sys.Call(Nr.dup3, blob->HookOutputFd, 2, 0);
        }
        Sys.Call(Nr.close_range, 3, uint.MaxValue, Abi.CLOSE_RANGE_CLOEXEC);
        // The blob is shared memory: init learns why its child could not execute the hook.
        blob->HookError = (int)Sys.Call(Nr.execve, (long)((byte*)blob + step->A), (long)((byte*)blob + step->B), (long)((byte*)blob + step->C));
        Sys.Exit(127);
    }

    /// <summary>The state, as a file to read from the start: through a pipe, a hook that does not read could hold us up.</summary>
    private static long WriteState(InitBlob* blob, StepRecord* step)
    {
        byte* name = stackalloc byte[6] { (byte)'s', (byte)'t', (byte)'a', (byte)'t', (byte)'e', 0 };
        long file = Sys.Call(Nr.memfd_create, (long)name, Abi.MFD_CLOEXEC);
        if (file < 0) return file;
        // The pid that the container sees: known only here (runtime-spec, Hooks: pid as seen in the hook's namespace).
        byte* number = stackalloc byte[24];
        Text.AppendNumber(number, number + 24, Sys.Call(Nr.getpid));
        byte* before = (byte*)blob + step->E;
        byte* after = (byte*)blob + step->F;
        long result = Sys.Write(file, before, Text.Length(before));
        if (result >= 0) result = Sys.Write(file, number, Text.Length(number));
        if (result >= 0) result = Sys.Write(file, after, Text.Length(after));
        if (result >= 0) result = Sys.Call(Nr.lseek, file, 0, 0);
        if (result >= 0) return file;
        Sys.Close(file);
        return result;
    }

    /// <summary>1 when the process ended, 0 on timeout.</summary>
    private static long WaitFor(int pidfd, long seconds)
    {
        PollFd poll;
        poll.Fd = pidfd;
        poll.Events = Abi.POLLIN;
        poll.Results = 0;
        long limit = seconds is 0 or > int.MaxValue / 1000 ? -1 : seconds * 1000;   // poll(2) counts in an int
        long result;
        do result = Sys.Call(Nr.poll, (long)&poll, 1, limit);
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
