using Cofferdam.Containers.Launch;
using Cofferdam.Linux;

namespace Cofferdam.Containers;

/// <summary>A process that this program started in a container: its init, or one made by exec.</summary>
/// <remarks>
/// It is a child of the calling process, which must wait for it, or leave it behind by exiting: a container whose ended
/// processes nobody reaps cannot end itself.
/// </remarks>
public sealed class ContainerProcess : IDisposable
{
    private readonly Lock _waiting = new();
    private ExitStatus? _status;

    private readonly bool _detached;

    internal ContainerProcess(LaunchedProcess process, bool detached)
    {
        _detached = detached;
        Pid = process.Pid;
        Pidfd = process.Pidfd;
        Console = process.Console;
    }

    /// <summary>Its pid in the caller's pid namespace.</summary>
    public int Pid { get; }

    /// <summary>Refers to the process whatever becomes of its pid; readable (poll(2)) once it has ended.</summary>
    public OwnedFd Pidfd { get; }

    /// <summary>The master side of its terminal; null without a terminal, or when a console socket received it.</summary>
    public OwnedFd? Console { get; }

    /// <summary>Waits for the process's end and reaps it. May be called again.</summary>
    /// <exception cref="LinuxException">ECHILD: something else in this program has reaped the process.</exception>
    public ExitStatus Wait() => Wait(null)!.Value;

    /// <summary>Waits for the process's end for at most <paramref name="timeout"/>; null if it still runs then.</summary>
    /// <exception cref="LinuxException">ECHILD: something else in this program has reaped the process.</exception>
    // Locked for each attempt alone, so that one thread's long wait does not hold up another's short one.
    public ExitStatus? Wait(TimeSpan? timeout) => Processes.Wait(Pidfd, timeout, () =>
    {
        lock (_waiting) return _status ??= Processes.TryReap(Pidfd);
    });

    /// <summary>Sends a signal to the process alone.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.FailedPrecondition"/>: it has ended.</exception>
    public void Signal(int signal)
    {
        if (Processes.TrySendSignal(Pidfd, signal, out Errno errno)) return;
        if (errno == Errno.ESRCH) throw new CofferdamException(ErrorKind.FailedPrecondition, CallerVisibleText.ProcessFinished);
        throw new LinuxException("pidfd_send_signal", errno, $"{Pid}");
    }

    /// <summary>Tells the terminal its new size (ioctl_tty(2), TIOCSWINSZ); the program gets SIGWINCH.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.FailedPrecondition"/>: this program does not hold its terminal.</exception>
    public void Resize(int width, int height)
    {
        if (Console is null) throw new CofferdamException(ErrorKind.FailedPrecondition, $"resizing the terminal of process {Pid}: not held here");
        Terminals.SetSize(Console, new WindowSize((ushort)width, (ushort)height));
    }

    /// <summary>Waits for the end of a process that was killed, and reaps it unless that was done.</summary>
    internal void ReapWithin(TimeSpan limit)
    {
        if (Pidfd.IsClosed) return;
        try
        {
            Wait(limit);
        }
        catch (LinuxException e) when (e.Errno == Errno.ECHILD)
        {
            // Something else in this program waits for all children.
        }
    }

    /// <summary>
    /// Closes the descriptors. The process runs on; if it has ended it is reaped, so that it does not stay a zombie. The
    /// exit of a detached one is left to whoever waits for it: a shim, as subreaper, once this program has exited.
    /// </summary>
    public void Dispose()
    {
        if (!_detached) ReapWithin(TimeSpan.Zero);
        Pidfd.Dispose();
        Console?.Dispose();
    }
}
