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
}
