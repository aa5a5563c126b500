using Cofferdam.Cgroups;
using Cofferdam.Linux;
using Cofferdam.Shim.Events;
using Cofferdam.Shim.Runtimes;

namespace Cofferdam.Shim.Tasks;

// Ends of processes. The order that containerd relies on: a process's start is told before its exit; a lack of memory before
// the exit that it caused; the exit of init after those of all execs.
internal sealed partial class ShimContainer
{
    private static readonly TimeSpan s_killFollows = TimeSpan.FromMilliseconds(50);

    private int _runningExecs;
    private bool _isInitWaiting;
    private bool _areOthersKilled;
    private ulong _toldOomKills;
    private CgroupNotification? _oom;
    private EventRegistration? _oomRegistration;

    private void WatchEnd(ShimProcess process, LiveProcess live) => _context.Loop.Post(() => ChildEnd.Watch(_context.Loop, live.Pidfd, () =>
    {
        if (ReapOrGuess(process, live) is not { } status) return false;
        ProcessEnded(process, status);
        return true;
    }));

    private void ProcessEnded(ShimProcess process, ExitStatus status)
    {
        lock (_state)
        {
            process.NoteEnd(status);
            if (process.Holds > 0) return;
        }

        Settle(process);
    }

    // Whoever waits for the exit must get one, also if something else in this process has taken the status.
    private ExitStatus? ReapOrGuess(ShimProcess process, LiveProcess live)
    {
        try
        {
            return live.TryReap();
        }
        catch (LinuxException e)
        {
            _context.Log.Error($"process {process.Pid} of container '{Id}': {e.Message}; its exit is told as 255");
            return new ExitStatus(StartFailed, 0);
        }
    }

    /// <summary>What had to be told before the process's exit was told.</summary>
    private void Release(ShimProcess process)
    {
        lock (_state)
        {
            if (--process.Holds > 0 || process.End is null) return;
        }

        _context.Loop.Post(() => Settle(process));
    }

    /// <summary>Tells the exit, as soon as everything before it was. On the loop's thread.</summary>
    private void Settle(ShimProcess process)
    {
        lock (_state)
        {
            if (process.IsSettled || process.Holds > 0) return;
        }

        if (process.IsInit && !IsInitsTurn()) return;
        TellOom();
        Action[] waiters;
        lock (_state)
        {
            process.SetExit(process.End!.Value.ShellCode);
            waiters = process.TakeWaiters();
        }

        _context.Events.Exited(process);
        foreach (Action waiter in waiters) waiter();
        if (!process.IsInit) ExecEnded();
    }

    private bool IsInitsTurn()
    {
        if (!_areOthersKilled && !_runtime.InitEndsAll)
        {
            _areOthersKilled = true;
            _context.Workers.Run(KillOthers);
            return false;
        }

        lock (_state)
        {
            _isInitWaiting = _runningExecs > 0;
            if (_isInitWaiting) return false;
        }

        StopWatchingOom();
        return true;
    }

    private void KillOthers()
    {
        try
        {
            _runtime.Kill(Signals.Kill, all: true);
        }
        catch (Exception e) when (e is CofferdamException or LinuxException)
        {
            _context.Log.Warning($"killing what init of container '{Id}' left: {e.Message}");
        }
        finally
        {
            _context.Loop.Post(() => Settle(Init));
        }
    }

    private void ExecEnded()
    {
        lock (_state)
        {
            _runningExecs--;
            if (!_isInitWaiting || _runningExecs > 0) return;
        }

        _context.Loop.Post(() => Settle(Init));
    }

    /// <summary>Tells of processes that are killed for want of memory, while the container runs.</summary>
    private void WatchOom()
    {
        try
        {
            if (_runtime.WatchOom() is not { } notification) return;
            _context.Loop.Post(() => BeginWatchingOom(notification));
        }
        catch (Exception e) when (e is CofferdamException or LinuxException)
        {
            // Without a memory controller, or the container has ended already: its exit looks at the count once more.
            _context.Log.Debug($"watching memory of container '{Id}': {e.Message}");
        }
    }

    // On the loop's thread, all of it: the kernel tells of a removed cgroup, too, and must find either a watch or nothing.
    private void BeginWatchingOom(CgroupNotification notification)
    {
        if (Init.End is not null)
        {
            notification.Dispose();
            return;
        }

        _oom = notification;
        _oomRegistration = _context.Loop.Watch(notification.File, notification.Events, _ => OomNoticed(notification));
    }

    private void StopWatchingOom()
    {
        _oomRegistration?.Dispose();
        _oom?.Dispose();
        (_oomRegistration, _oom) = (null, null);
    }

    private void OomNoticed(CgroupNotification notification)
    {
        if (_oom is null || !notification.Take()) return;
        // cgroup v1 tells before it kills.
        if (!TellOom()) _context.Loop.After(s_killFollows, () => TellOom());
    }

    /// <summary>On the loop's thread.</summary>
    private bool TellOom()
    {
        if (Init.IsSettled) return true;
        ulong kills = CountOomKills();
        if (kills <= _toldOomKills) return false;
        _toldOomKills = kills;
        _context.Events.OutOfMemory(Id);
        return true;
    }

    // The exit that is told next must be told whatever comes of this.
    private ulong CountOomKills()
    {
        try
        {
            return _runtime.OomKills();
        }
        catch (Exception e) when (e is CofferdamException or LinuxException)
        {
            _context.Log.Warning($"counting the processes of container '{Id}' that were killed for want of memory: {e.Message}");
            return 0;
        }
    }
}
