namespace Cofferdam.Bench;

/// <summary>A process that is not our child, watched by pidfd.</summary>
internal sealed unsafe class WatchedProcess(int pid) : IDisposable
{
    private readonly int _fd = (int)Libc.syscall(Libc.SysPidfdOpen, pid, 0);

    public void WaitUntilExit()
    {
        var entry = new PollFd { Fd = _fd, Events = Libc.PollIn };
        // SAFETY: poll writes only the entry on this stack.
        if (Libc.poll(&entry, 1, 10_000) != 1)
        {
            throw new PeerFailedException($"process {pid} did not end");
        }
    }

    public void Dispose() => Libc.close(_fd);
}
