using Cofferdam.Linux;
using Cofferdam.Shim.Io;
using Cofferdam.Shim.Rootfs;
using Cofferdam.Shim.Runtimes;

namespace Cofferdam.Shim.Tasks;

// How a process begins, init's or an exec's, and what is left to undo or to close.
internal sealed partial class ShimContainer
{
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
