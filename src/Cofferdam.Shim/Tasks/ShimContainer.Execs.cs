using Cofferdam.Shim.Events;
using Cofferdam.Shim.Io;
using Google.Protobuf;

namespace Cofferdam.Shim.Tasks;

// More processes: added, started, found, deleted.
internal sealed partial class ShimContainer
{
    internal const string NotCreated = "container not created: not found";

    /// <summary>Makes an exec known.</summary>
    public void AddExec(string execId, StdioUris stdio, ByteString spec)
    {
        if (execId.Length == 0) throw new CofferdamException(ErrorKind.InvalidArgument, "exec_id: must not be empty");
        ShimProcess process = new(Id, execId, stdio) { Spec = spec };
        lock (_state)
        {
            RequireWillingInit();
            if (!_execs.TryAdd(execId, process)) throw new CofferdamException(ErrorKind.AlreadyExists, $"id {execId}: already exists");
        }

        _context.Events.ExecAdded(process);
    }

    private const int StartFailed = 255;

    /// <summary>Starts an exec that was added. Any number may start at once.</summary>
    public ShimProcess StartExec(string execId)
    {
        ShimProcess process = Find(execId);
        lock (process.Launching) return StartExec(process);
    }

    private ShimProcess StartExec(ShimProcess process)
    {
        string execId = process.ExecId;
        ByteString spec;
        lock (_state)
        {
            RequireWillingInit();
            spec = process.Spec ?? throw Refused($"exec '{execId}': was started already");
            process.Spec = null;
            process.Holds = 1;
            _runningExecs++;
        }

        try
        {
            Launch(process, (io, terminal) => _runtime.Exec(execId, spec.Span, io, terminal));
        }
        catch
        {
            FailStart(process);
            throw;
        }

        lock (_state) process.Phase = ProcessPhase.Running;
        _context.Events.Started(process);
        Release(process);
        return process;
    }

    /// <summary>What init must be for an exec.</summary>
    private void RequireWillingInit()
    {
        if (Init.End is not null || Init.Phase == ProcessPhase.Stopped) throw Refused($"cannot exec in container '{Id}', whose init has ended: failed precondition");
        if (Init.Live is null) throw Refused($"cannot exec in container '{Id}', which is restored when it starts: failed precondition");
        if (_isPaused) throw Refused($"cannot exec in container '{Id}', which is paused: failed precondition");
    }

    /// <summary>Forgets an exec that does not run.</summary>
    public ShimProcess DeleteExec(string execId)
    {
        ShimProcess process = Find(execId);
        lock (process.Launching) return DeleteExec(process);
    }

    private ShimProcess DeleteExec(ShimProcess process)
    {
        string execId = process.ExecId;
        lock (_state)
        {
            if (process.IsBeingDeleted) throw NoProcess(execId);
            if (process.Phase == ProcessPhase.Running) throw Refused("cannot delete a running process: failed precondition");
            // From here on it cannot be started.
            process.IsBeingDeleted = true;
            process.Spec = null;
        }

        process.Streams?.WaitForOutput(s_outputLimit);
        Forget(process);
        lock (_state) _execs.Remove(execId);
        return process;
    }

    /// <summary>Init, or an exec by its id.</summary>
    public ShimProcess Find(string execId)
    {
        if (execId.Length == 0) return Init;
        lock (_state) return _execs.GetValueOrDefault(execId) ?? throw NoProcess(execId);
    }

    private static CofferdamException NoProcess(string execId) => new(ErrorKind.NotFound, $"process does not exist {execId}: not found");

    private ShimProcess[] TakeExecs()
    {
        lock (_state)
        {
            ShimProcess[] execs = [.. _execs.Values];
            _execs.Clear();
            return execs;
        }
    }

    /// <summary>Whoever waits for an exec that could not be started gets the code by which runc tells it.</summary>
    private void FailStart(ShimProcess process)
    {
        Action[] waiters;
        lock (_state)
        {
            process.SetExit(StartFailed);
            waiters = process.TakeWaiters();
        }

        foreach (Action waiter in waiters) waiter();
        ExecEnded();
    }
}
