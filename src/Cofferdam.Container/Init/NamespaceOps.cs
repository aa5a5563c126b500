namespace Cofferdam.Containers.Init;

/// <summary>Joining and making namespaces, and the fork that puts init into its pid namespace. Runtime-free.</summary>
// SAFETY: operands are offsets of NUL-terminated strings or descriptors, written by Launch/Steps.
internal static unsafe class NamespaceOps
{
    /// <summary>Step WriteHostProc, before any namespace is entered: A = path below /proc, B = text.</summary>
    public static long WriteHostProc(InitBlob* blob, StepRecord* step)
    {
        long fd = Sys.OpenAt(Abi.AT_FDCWD, (byte*)blob + step->A, Abi.O_WRONLY);
        if (fd < 0) return fd;
        byte* text = (byte*)blob + step->B;
        long result = Sys.Call(Nr.write, fd, (long)text, Text.Length(text));
        Sys.Close(fd);
        return result;
    }

    /// <summary>Step SetDumpable: A = 0 or 1. Not dumpable while the container can see init (CVE-2019-5736, CVE-2016-9962).</summary>
    public static long SetDumpable(InitBlob* blob, StepRecord* step) => Sys.Prctl(Abi.PR_SET_DUMPABLE, step->A);

    /// <summary>Step JoinNamespaces: A = descriptor of a namespace or a pidfd, B = CLONE_NEW* to join.</summary>
    public static long JoinNamespaces(InitBlob* blob, StepRecord* step)
    {
        long result = Sys.Call(Nr.setns, step->A, step->B);
        Sys.Close(step->A);
        return result;
    }

    /// <summary>Step Unshare: A = CLONE_NEW*.</summary>
    public static long Unshare(InitBlob* blob, StepRecord* step) => Sys.Call(Nr.unshare, step->A);

    /// <summary>Step BecomeRoot: uid and gid 0 of the user namespace just entered; A = 1 where setgroups is allowed.</summary>
    public static long BecomeRoot(InitBlob* blob, StepRecord* step)
    {
        long result = step->A != 0 ? Sys.Call(Nr.setgroups, 0, 0) : 0;
        // A namespace with setgroups denied (or no gid mapped) refuses; then there is nothing to drop.
        if (result == -Abi.EPERM) result = 0;
        if (result >= 0) result = Sys.Call(Nr.setresgid, 0, 0, 0);
        return result < 0 ? result : Sys.Call(Nr.setresuid, 0, 0, 0);
    }

    /// <summary>
    /// Step Fork: A = CLONE_NEW* for the child. The child goes on as a child of our parent (CLONE_PARENT) and tells it its
    /// pid; we leave. A pid namespace joined, or a time namespace with offsets, starts with a child.
    /// </summary>
    public static long Fork(InitBlob* blob, StepRecord* step)
    {
        long result = ForkBeside(blob, step->A);
        if (result > 0) Sys.Exit(0);
        return result;
    }

    /// <summary>
    /// Forks a child of our parent and returns its pid, or 0 in the child, which has reported itself. Not we report it: what
    /// the child says next could overtake us, and both of us would be writing the one message of the shared blob.
    /// </summary>
    public static long ForkBeside(InitBlob* blob, long flags)
    {
        CloneArguments arguments = default;
        arguments.Flags = (ulong)(flags | Abi.CLONE_PARENT | Abi.CLONE_PARENT_SETTID);
        // The kernel writes the pid, as our pid namespace counts, before the child runs; the blob is shared memory.
        arguments.ParentTid = (ulong)&blob->ForkedPid;
        long pid = Sys.Call(Nr.clone3, (long)&arguments, sizeof(CloneArguments));
        if (pid != 0) return pid;
        return SyncOps.ReportFork(blob, blob->ForkedPid);
    }

    /// <summary>Step NewSession: setsid(2).</summary>
    public static long NewSession(InitBlob* blob, StepRecord* step)
    {
        long result = Sys.Call(Nr.setsid);
        return result == -Abi.EPERM ? 0 : result;   // already a leader, when no fork came between
    }

    /// <summary>Step LoopbackUp: brings "lo" up in a new network namespace.</summary>
    public static long LoopbackUp(InitBlob* blob, StepRecord* step)
    {
        long socket = Sys.Call(Nr.socket, Abi.AF_INET, Abi.SOCK_DGRAM | Abi.O_CLOEXEC, 0);
        if (socket < 0) return socket;
        InterfaceRequest request = default;
        request.Name[0] = (byte)'l';
        request.Name[1] = (byte)'o';
        long result = Sys.Call(Nr.ioctl, socket, Abi.SIOCGIFFLAGS, (long)&request);
        request.Flags |= Abi.IFF_UP;
        if (result >= 0) result = Sys.Call(Nr.ioctl, socket, Abi.SIOCSIFFLAGS, (long)&request);
        Sys.Close(socket);
        return result;
    }

    /// <summary>Step SetHostname: A = name.</summary>
    public static long SetHostname(InitBlob* blob, StepRecord* step) =>
        Sys.Call(Nr.sethostname, (long)((byte*)blob + step->A), Text.Length((byte*)blob + step->A));

    /// <summary>Step SetDomainname: A = name.</summary>
    public static long SetDomainname(InitBlob* blob, StepRecord* step) =>
        Sys.Call(Nr.setdomainname, (long)((byte*)blob + step->A), Text.Length((byte*)blob + step->A));

    private struct InterfaceRequest
    {
        public fixed byte Name[16];
        public short Flags;
        private fixed byte _rest[22];
    }
}
