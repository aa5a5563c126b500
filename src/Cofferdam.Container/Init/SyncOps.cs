using System.Runtime.CompilerServices;
using Cofferdam.Containers.Sync;

namespace Cofferdam.Containers.Init;

/// <summary>Init's half of the conversation of <see cref="InitMessageKind"/>. Runtime-free.</summary>
// SAFETY: the blob is mapped for the life of init; messages are whole structures on the stack.
[SkipLocalsInit]   // clearing a buffer would call the runtime
internal static unsafe class SyncOps
{
    private const int MaxTaskFiles = 64;

    /// <summary>Step Synchronize: A = the <see cref="SyncPoint"/>. Returns when the parent has done its part.</summary>
    public static long Synchronize(InitBlob* blob, StepRecord* step)
    {
        long result = Send(blob, InitMessageKind.AtPoint, step->A, -1);
        return result < 0 ? result : WaitForGo(blob);
    }

    /// <summary>
    /// Asks the parent for the source tree of the current step: the one handed over comes back with its ids mapped, and
    /// instead of -1 comes one that the parent cloned.
    /// </summary>
    public static long ExchangeTree(InitBlob* blob, long tree)
    {
        long result = Send(blob, InitMessageKind.AtPoint, (long)SyncPoint.SourceTree, tree);
        if (result < 0) return result;
        if (tree >= 0)
        {
            result = WaitForGo(blob);
            return result < 0 ? result : tree;
        }
        ControlRights control = default;
        result = WaitForGo(blob, &control, sizeof(ControlRights));
        if (result < 0) return result;
        return result == 1 ? control.Fd : -Abi.EPROTO;
    }

    /// <summary>Sends a message that says no more than a kind and a number, and a descriptor unless it is -1.</summary>
    public static long Send(InitBlob* blob, InitMessageKind kind, long value, long fd)
    {
        InitMessage* message = &blob->Message;
        message->Kind = kind;
        message->Step = blob->CurrentStep;
        message->Errno = 0;
        message->Call = 0;
        message->Value = value;
        message->Detail[0] = 0;
        return Send(blob, fd);
    }

    private static long Send(InitBlob* blob, long fd)
    {
        IoVector part;
        part.Base = &blob->Message;
        part.Length = sizeof(InitMessage);
        MessageHeader header = default;
        header.Parts = &part;
        header.PartCount = 1;
        ControlRights control = default;
        if (fd >= 0)
        {
            control.Length = 20;   // CMSG_LEN(sizeof(int))
            control.Level = Abi.SOL_SOCKET;
            control.Type = Abi.SCM_RIGHTS;
            control.Fd = (int)fd;
            header.Control = &control;
            header.ControlLength = sizeof(ControlRights);
        }
        long result;
        do result = Sys.Call(Nr.sendmsg, blob->SyncFd, (long)&header, Abi.MSG_NOSIGNAL);
        while (result == -Abi.EINTR);
        return result;
    }

    /// <summary>
    /// Step EnterCgroups: asks the parent for the tasks files of the container's cgroup and writes "0" to each, which moves the
    /// calling thread; init has only one.
    /// </summary>
    public static long EnterCgroups(InitBlob* blob, StepRecord* step)
    {
        long result = Send(blob, InitMessageKind.AtPoint, (long)SyncPoint.Cgroup, -1);
        if (result < 0) return result;
        byte* control = stackalloc byte[sizeof(ControlRights) + 4 * MaxTaskFiles];
        result = WaitForGo(blob, control, sizeof(ControlRights) + 4 * MaxTaskFiles);
        byte self = (byte)'0';
        long count = result;
        for (long i = 0; i < count && result >= 0; i++)
        {
            int file = (&((ControlRights*)control)->Fd)[i];
            result = Sys.Call(Nr.write, file, (long)&self, 1);
            Sys.Close(file);
        }
        return result;
    }

    public static long WaitForGo(InitBlob* blob)
    {
        long result = Sys.Read(blob->SyncFd, &blob->Message, sizeof(InitMessage));
        if (result < 0) return result;
        // End of file: the parent is gone, and nobody would ever start or clean up what goes on here.
        if (result == 0) Sys.Exit(1);
        return blob->Message.Kind == InitMessageKind.Go ? 0 : -Abi.EPROTO;
    }

    /// <summary>Waits for a Go that carries descriptors; returns their number. They stand from ControlRights.Fd on.</summary>
    private static long WaitForGo(InitBlob* blob, void* control, long controlSize)
    {
        IoVector part;
        part.Base = &blob->Message;
        part.Length = sizeof(InitMessage);
        MessageHeader header = default;
        header.Parts = &part;
        header.PartCount = 1;
        header.Control = control;
        header.ControlLength = controlSize;
        long result;
        do result = Sys.Call(Nr.recvmsg, blob->SyncFd, (long)&header, Abi.MSG_CMSG_CLOEXEC);
        while (result == -Abi.EINTR);
        if (result < 0) return result;
        if (result == 0) Sys.Exit(1);   // as above
        if (blob->Message.Kind != InitMessageKind.Go || (header.Flags & Abi.MSG_CTRUNC) != 0) return -Abi.EPROTO;
        return header.ControlLength < 16 ? 0 : (((ControlRights*)control)->Length - 16) / sizeof(int);
    }

    /// <summary>Tells the parent which pid of its children is us, who go on after a fork. Returns 0 or an error.</summary>
    public static long ReportFork(InitBlob* blob, long pid)
    {
        long result = Send(blob, InitMessageKind.Forked, pid, -1);
        return result < 0 ? result : 0;
    }

    /// <summary>Tells the parent (or, once released, whoever started the container) which step failed, and why.</summary>
    public static void ReportFailure(InitBlob* blob, int step, long result, int call)
    {
        InitMessage* message = &blob->Message;
        message->Kind = InitMessageKind.Failed;
        message->Step = step;
        message->Errno = (int)-result;
        message->Call = call;
        message->Value = FailureValue;
        byte* detail = (byte*)blob + blob->ScratchOffset;
        int length = 0;
        for (; FailureDetail != 0 && length < InitMessage.DetailSize - 1 && detail[length] != 0; length++)
            message->Detail[length] = detail[length];
        message->Detail[length] = 0;
        if (blob->Released == 0 || blob->FifoFd < 0)
        {
            Send(blob, -1);
            return;
        }
        // Who started the container has no plan at hand, but can tell what its last steps are.
        message->Step = step - blob->StepCount;
        Sys.Write(blob->FifoFd, (byte*)message, sizeof(InitMessage));
    }

    /// <summary>1 when the start of the scratch block holds a text that explains the failure.</summary>
    public static int FailureDetail;

    /// <summary>A number that explains the failure: the wait status of a hook.</summary>
    public static long FailureValue;

    private struct IoVector
    {
        public void* Base;
        public long Length;
    }

    private struct MessageHeader
    {
        public void* Name;
        public long NameLength;
        public IoVector* Parts;
        public long PartCount;
        public void* Control;
        public long ControlLength;
        public long Flags;
    }

    private struct ControlRights
    {
        public long Length;
        public int Level;
        public int Type;
        public int Fd;
        private int _padding;
    }
}
