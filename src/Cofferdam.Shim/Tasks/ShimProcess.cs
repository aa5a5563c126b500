using Cofferdam.Linux;
using Cofferdam.Shim.Io;
using Cofferdam.Shim.Runtimes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Shim.Tasks;

/// <summary>One process that containerd knows: a container's init, or an exec. Guarded by its container.</summary>
internal sealed class ShimProcess
{
    private readonly List<Action> _waiters = [];

    public ShimProcess(string containerId, string execId, StdioUris stdio)
    {
        ContainerId = containerId;
        ExecId = execId;
        Stdio = stdio;
    }

    public string ContainerId { get; }

    /// <summary>Held while an exec is launched, so that a kill or delete finds it before or after.</summary>
    public Lock Launching { get; } = new();

    /// <summary>Empty for init.</summary>
    public string ExecId { get; }

    public bool IsInit => ExecId.Length == 0;

    /// <summary>As exit events name it.</summary>
    public string Id => IsInit ? ContainerId : ExecId;

    public StdioUris Stdio { get; }

    /// <summary>The process object of an exec, until it is started.</summary>
    public ByteString? Spec { get; set; }

    public ProcessStreams? Streams { get; set; }

    private bool IsInputOver { get; set; }

    public LiveProcess? Live { get; set; }

    /// <summary>0 until it is started; stays after its end.</summary>
    public int Pid { get; set; }

    public ProcessPhase Phase { get; set; }

    /// <summary>How many things must be told before its exit may be.</summary>
    public int Holds { get; set; }

    /// <summary>How it ended, as the kernel says, from the moment of its end; the phase follows when that is told.</summary>
    public ExitStatus? End { get; set; }

    public bool IsSettled { get; set; }

    public bool IsBeingDeleted { get; set; }

    public uint ExitCode { get; private set; }

    public Timestamp? ExitedAt { get; private set; }

    /// <summary>Gives it its streams, and closes input that ended before.</summary>
    public void Attach(ProcessStreams streams)
    {
        lock (_waiters)
        {
            Streams = streams;
            if (IsInputOver) streams.CloseStdin();
        }
    }

    /// <summary>The client has no more input, now or as soon as there are streams.</summary>
    public void CloseStdin()
    {
        lock (_waiters)
        {
            IsInputOver = true;
            Streams?.CloseStdin();
        }
    }

    /// <summary>Notes the end; those who wait are told by <see cref="TakeWaiters"/>.</summary>
    public void SetExit(int code)
    {
        ExitCode = (uint)code;
        ExitedAt ??= Timestamp.FromDateTime(DateTime.UtcNow);
        Phase = ProcessPhase.Stopped;
        IsSettled = true;
    }

    /// <summary>Notes when the kernel told of the end.</summary>
    public void NoteEnd(ExitStatus status)
    {
        End = status;
        ExitedAt = Timestamp.FromDateTime(DateTime.UtcNow);
    }

    /// <summary>Calls <paramref name="action"/> when it has stopped.</summary>
    /// <returns>False if it has already.</returns>
    public bool TryAddWaiter(Action action)
    {
        if (Phase == ProcessPhase.Stopped) return false;
        _waiters.Add(action);
        return true;
    }

    public void RemoveWaiter(Action action) => _waiters.Remove(action);

    public Action[] TakeWaiters()
    {
        Action[] waiters = [.. _waiters];
        _waiters.Clear();
        return waiters;
    }
}
