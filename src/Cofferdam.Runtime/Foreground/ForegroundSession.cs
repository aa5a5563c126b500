using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Runtime.Logging;

namespace Cofferdam.Runtime.Foreground;

/// <summary>Stands in for a process of a container until it ends: passes on signals, keys, output and window size.</summary>
internal sealed class ForegroundSession : IDisposable
{
    private readonly ContainerProcess _process;
    private readonly Log _log;
    private readonly OwnedFd _signals = ForwardedSignals.Open();
    private readonly OwnedFd? _terminal;
    private readonly TerminalMode? _rawMode;
    private readonly ConsolePump? _pump;
    private ExitStatus? _status;

    private ForegroundSession(ContainerProcess process, Log log)
    {
        _process = process;
        _log = log;
        if (process.Console is null) return;
        _terminal = HostTerminal.Find();
        _pump = ConsolePump.ToStandardStreams(process.Console);
        Resize();
        // Raw only if we read the keys: with another standard input ^C must keep its meaning here.
        if (_terminal is not null && Terminals.IsTerminal(StandardStreams.Input)) _rawMode = Terminals.MakeRaw(_terminal);
    }

    /// <summary>Waits for the end and returns the exit code as shells know it. The terminal is as before on every way out.</summary>
    internal static int Run(ContainerProcess process, Log log)
    {
        using ForegroundSession session = new(process, log);
        return session.Wait().ShellCode;
    }

    public void Dispose()
    {
        _rawMode?.Dispose();
        _pump?.Dispose();
        _terminal?.Dispose();
        _signals.Dispose();
    }

    private ExitStatus Wait()
    {
        PollItem[] items = new PollItem[2 + ConsolePump.Slots];
        while (true)
        {
            items[0] = new PollItem(_signals, PollEvents.Readable);
            items[1] = new PollItem(_process.Pidfd, PollEvents.Readable);
            int count = 2 + (_pump?.Prepare(items.AsSpan(2)) ?? 0);
            Poll.Wait(items.AsSpan(0, count));

            if (items[0].Ready != PollEvents.None) HandleSignals();
            _pump?.Advance(items.AsSpan(2, count - 2));
            if (_status is null && items[1].Ready != PollEvents.None) _status = _process.Wait();
            if (_status is { } status)
            {
                _pump?.Drain();
                return status;
            }
        }
    }

    private void HandleSignals()
    {
        while (SignalFds.TryRead(_signals, out ReceivedSignal received))
        {
            switch (received.Signal)
            {
                case Signals.Child:
                    Reap();
                    break;
                case Signals.WindowChange:
                    Resize();
                    break;
                default:
                    if (_log.IsDebug) _log.Debug($"passing on {Signals.Name(received.Signal)} to process {_process.Pid}");
                    if (!Processes.TrySendSignal(_process.Pidfd, received.Signal, out Errno errno) && errno != Errno.ESRCH)
                    {
                        _log.Warning($"passing on {Signals.Name(received.Signal)}: {errno.Describe()}");
                    }
                    break;
            }
        }
    }

    /// <summary>As subreaper we are the parent of the container's orphans, too.</summary>
    private void Reap()
    {
        while (Processes.TryReapAny(out int pid, out ExitStatus status))
        {
            if (pid == _process.Pid) _status = status;
        }
    }

    private void Resize()
    {
        if (_terminal is null || _process.Console is null) return;
        WindowSize size = Terminals.ReadSize(_terminal);
        if (size != default) _process.Resize(size.Width, size.Height);
    }
}
