using Cofferdam.Api.Task.V2;
using Cofferdam.Linux;
using Cofferdam.Shim.Bootstrap;
using Cofferdam.Shim.Events;
using Cofferdam.Shim.Io;
using Cofferdam.Shim.Rootfs;
using Cofferdam.Shim.Runtimes;

namespace Cofferdam.Shim.Tasks;

/// <summary>
/// One container: what is asked of it, and in which order its end and those of its processes are told. Operations run on
/// worker threads; ends of processes arrive on the loop's (ShimContainer.Exits.cs).
/// </summary>
internal sealed partial class ShimContainer
{
    private static readonly TimeSpan s_outputLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_exitLimit = TimeSpan.FromSeconds(10);

    private readonly ShimContext _context;
    private readonly ShimOptions _options;
    private readonly IRuntime _runtime;
    private readonly CreateTaskRequest _request;

    /// <summary>Held while something changes the container as a whole; execs and questions do not take it.</summary>
    private readonly Lock _change = new();

    /// <summary>Guards the fields below, and those of processes; never held while anything waits.</summary>
    private readonly Lock _state = new();
    private readonly Dictionary<string, ShimProcess> _execs = [];
    private bool _isPaused;
    private bool _isDeleted;

    public ShimContainer(ShimContext context, CreateTaskRequest request)
    {
        // An image names its parent by itself, and no runtime can be told another one.
        if (request.ParentCheckpoint.Length > 0) throw new CofferdamException(ErrorKind.InvalidArgument, $"parent_checkpoint: '{request.ParentCheckpoint}': a restore takes none");
        _context = context;
        _request = request;
        _options = ShimOptions.From(request.Options);
        Init = new ShimProcess(request.Id, "", new StdioUris(request.Stdin, request.Stdout, request.Stderr, request.Terminal));
        _runtime = RuntimeChoice.For(_options, context.Namespace, request.Id, request.Bundle, context.Log);
    }

    public string Id => _request.Id;

    public string Bundle => _request.Bundle;

    public ShimProcess Init { get; }

    private string Rootfs => Path.Join(Bundle, "rootfs");

    /// <summary>Mounts the root filesystem and makes the container; nothing is left if that fails.</summary>
    public void Create()
    {
        lock (_change)
        {
            BundleRecord.WriteOptions(Bundle, _options);
            try
            {
                RootfsMounts.Mount(Rootfs, _request.Rootfs);
                Init.Holds = 1;
                // A checkpoint is restored by start, as by runc's shim: until then there is nothing.
                if (_request.Checkpoint.Length == 0) Launch(Init, (io, terminal) => _runtime.Create(io, terminal));
            }
            catch
            {
                CleanUpFailedCreate();
                throw;
            }
        }

        _context.Events.Created(_request, Init.Pid);
        Release(Init);
    }

    /// <summary>Executes the container's program, or restores the container from its checkpoint.</summary>
    public ShimProcess Start()
    {
        lock (_change)
        {
            lock (_state)
            {
                if (Init.Phase != ProcessPhase.Created || Init.End is not null) throw Refused($"container '{Id}': cannot start a container that has {(Init.Phase == ProcessPhase.Running ? "started" : "ended")}");
                Init.Holds++;
            }

            try
            {
                if (_request.Checkpoint.Length == 0) _runtime.Start();
                else Launch(Init, (io, terminal) => _runtime.Restore(_request.Checkpoint, io, terminal));
                lock (_state) Init.Phase = ProcessPhase.Running;
                WatchOom();
                _context.Events.Started(Init);
            }
            finally
            {
                Release(Init);
            }

            return Init;
        }
    }

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

    /// <summary>Takes the container away, which has stopped or never started.</summary>
    public void Delete()
    {
        lock (_change)
        {
            lock (_state)
            {
                if (_isDeleted) throw new CofferdamException(ErrorKind.NotFound, $"container '{Id}': {NotCreated}");
                if (Init.Phase == ProcessPhase.Running) throw Refused("cannot delete a running process: failed precondition");
            }

            // Each step may be done again: what fails is told, and the client tries once more.
            EndUnstarted();
            Init.Streams?.WaitForOutput(s_outputLimit);
            _context.Loop.Post(StopWatchingOom);
            _runtime.Delete();
            foreach (ShimProcess exec in TakeExecs())
            {
                // Somebody may be deleting it.
                lock (exec.Launching) Forget(exec);
            }

            Forget(Init);
            RootfsMounts.Unmount(Rootfs);
            _runtime.Dispose();
            lock (_state) _isDeleted = true;
        }

        _context.Events.Deleted(Init);
    }

    private static CofferdamException Refused(string message) => new(ErrorKind.FailedPrecondition, message);

    /// <summary>A container that was created and not started: its init still waits.</summary>
    private void EndUnstarted()
    {
        using ManualResetEventSlim stopped = new();
        lock (_state)
        {
            if (Init.Live is null || !Init.TryAddWaiter(stopped.Set)) return;
        }

        try
        {
            // The runtime thaws what is frozen, which would not die.
            _runtime.Kill(Signals.Kill, all: false);
        }
        catch (Exception e) when (e is LinuxException or CofferdamException)
        {
            // It has ended by itself; or another runtime has forgotten it, or is no longer there.
            _context.Log.Debug($"deleting container '{Id}': {e.Message}");
            lock (_state)
            {
                if (Init.Live is { } live) Processes.TrySendSignal(live.Pidfd, Signals.Kill, out _);
            }
        }

        if (!stopped.Wait(s_exitLimit)) throw new CofferdamException(ErrorKind.DeadlineExceeded, $"deleting container '{Id}': process {Init.Pid} does not end");
    }

    /// <summary>Opens the streams, starts the process with them, and watches for its end.</summary>
    private void Launch(ShimProcess process, Func<Containers.StandardIo, bool, LiveProcess> start)
    {
        ProcessStreams streams = ProcessStreams.Open(_context.Loop, _context.Workers, _context.Log, process.Stdio, _options, _context.Namespace, process.Id);
        LiveProcess live;
        // The client sees that its fifo is open now, and may say that its input ended before the process exists.
        process.Attach(streams);
        LiveProcess? started = null;
        try
        {
            live = started = start(streams.Io, process.Stdio.Terminal);
            streams.Begin(live.Console);
        }
        catch
        {
            process.Streams = null;
            if (started is not null) End(started);
            streams.Dispose();
            throw;
        }

        lock (_state)
        {
            process.Live = live;
            process.Pid = live.Pid;
        }

        WatchEnd(process, live);
    }

    // It runs, and nobody would ever hear of it.
    private static void End(LiveProcess live)
    {
        Processes.TrySendSignal(live.Pidfd, Signals.Kill, out _);
        live.Reap();
        live.Dispose();
    }

    private void CleanUpFailedCreate()
    {
        Attempt(_runtime.Delete);
        Attempt(() => RootfsMounts.Unmount(Rootfs));
        _runtime.Dispose();

        // The failure of the create is what is told, and what one step leaves must not keep the next one from its work.
        void Attempt(Action step)
        {
            try
            {
                step();
            }
            catch (Exception e) when (e is LinuxException or CofferdamException)
            {
                _context.Log.Warning($"cleaning up container '{Id}': {e.Message}");
            }
        }
    }

    /// <summary>Closes what a process has, and tells those who still wait for one that never ran.</summary>
    private void Forget(ShimProcess process)
    {
        process.Streams?.Dispose();
        process.Streams = null;
        LiveProcess? live;
        Action[] waiters;
        lock (_state)
        {
            (live, process.Live) = (process.Live, null);
            if (!process.IsSettled) process.SetExit(0);
            waiters = process.TakeWaiters();
        }

        live?.Dispose();
        foreach (Action waiter in waiters) waiter();
    }
}
