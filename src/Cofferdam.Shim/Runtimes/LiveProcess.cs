using Cofferdam.Containers;
using Cofferdam.Linux;

namespace Cofferdam.Shim.Runtimes;

/// <summary>A process of a container, which is a child of this one.</summary>
internal sealed class LiveProcess : IDisposable
{
    private readonly ContainerProcess? _ofLibrary;

    /// <summary>One that the library started.</summary>
    public LiveProcess(ContainerProcess process)
    {
        _ofLibrary = process;
        Pid = process.Pid;
        Pidfd = process.Pidfd;
        Console = process.Console;
    }

    /// <summary>One that another runtime left to this subreaper.</summary>
    public LiveProcess(int pid, OwnedFd pidfd, OwnedFd? console)
    {
        Pid = pid;
        Pidfd = pidfd;
        Console = console;
    }

    public int Pid { get; }

    /// <summary>Readable when the process has ended.</summary>
    public OwnedFd Pidfd { get; }

    /// <summary>The master side of its terminal.</summary>
    public OwnedFd? Console { get; }

    /// <summary>Waits for its end, and reaps it.</summary>
    public ExitStatus Reap() => _ofLibrary?.Wait() ?? Processes.Wait(Pidfd)!.Value;

    /// <summary>Reaps it if it has ended and nobody keeps that from us (<see cref="Processes.TryReap"/>).</summary>
    public ExitStatus? TryReap() => _ofLibrary is null ? Processes.TryReap(Pidfd) : _ofLibrary.Wait(TimeSpan.Zero);

    public void Resize(uint width, uint height)
    {
        if (Console is not null) Terminals.SetSize(Console, new WindowSize((ushort)width, (ushort)height));
    }

    public void Dispose()
    {
        _ofLibrary?.Dispose();
        Pidfd.Dispose();
        Console?.Dispose();
    }
}
