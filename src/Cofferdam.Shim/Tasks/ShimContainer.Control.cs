using Cofferdam.Linux;
using Cofferdam.Shim.Events;
using Cofferdam.Shim.Runtimes;

namespace Cofferdam.Shim.Tasks;

// What is done to a container or process that is there.
internal sealed partial class ShimContainer
{
    /// <summary>Sends a signal.</summary>
    public void Kill(string execId, int signal, bool all)
    {
        ShimProcess process = Find(execId);
        // One that is being launched gets its signal as soon as it is there.
        if (process.IsInit) KillInit(signal, all);
        else lock (process.Launching) KillExec(process, signal);
    }

    private void KillInit(int signal, bool all)
    {
        lock (_state) RequireLife(Init);
        try
        {
            _runtime.Kill(signal, all);
        }
        catch (CofferdamException e) when (e.Kind == ErrorKind.FailedPrecondition)
        {
            throw Finished();
        }
    }

    private void KillExec(ShimProcess process, int signal)
    {
        // Held while the signal is sent: the descriptor may not be closed meanwhile.
        lock (_state)
        {
            LiveProcess live = RequireLife(process);
            if (Processes.TrySendSignal(live.Pidfd, signal, out Errno errno)) return;
            throw errno == Errno.ESRCH ? Finished() : new LinuxException("pidfd_send_signal", errno, $"{process.Pid}");
        }
    }

    private static LiveProcess RequireLife(ShimProcess process)
    {
        if (process.Phase == ProcessPhase.Stopped || process.End is not null) throw Finished();
        return process.Live ?? throw Refused("process not created: failed precondition");
    }

    private static CofferdamException Finished() => new(ErrorKind.NotFound, "process already finished: not found");

    public void Pause()
    {
        lock (_change)
        {
            lock (_state)
            {
                if (Init.Phase == ProcessPhase.Created && Init.End is null) throw Refused($"cannot pause container '{Id}', which has not started: failed precondition");
            }

            _runtime.Pause();
            lock (_state) _isPaused = true;
            _context.Events.Paused(Id);
        }
    }

    public void Resume()
    {
        lock (_change)
        {
            try
            {
                _runtime.Resume();
            }
            catch (CofferdamException e) when (e.Kind == ErrorKind.FailedPrecondition)
            {
                // Somebody else has resumed it.
                lock (_state) _isPaused = false;
                throw;
            }

            lock (_state) _isPaused = false;
            _context.Events.Resumed(Id);
        }
    }

    public void Update(ReadOnlySpan<byte> resources)
    {
        lock (_change) _runtime.Update(resources);
    }

    public void Checkpoint(string path, Api.Runc.V1.CheckpointOptions options)
    {
        lock (_change)
        {
            _runtime.Checkpoint(path, options);
            _context.Events.Checkpointed(Id, path);
        }
    }
}
