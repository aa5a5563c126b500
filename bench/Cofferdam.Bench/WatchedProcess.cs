namespace Cofferdam.Bench;

/// <summary>A process that is not our child, watched by pidfd.</summary>
internal sealed class WatchedProcess(int pid) : IDisposable
{
    private readonly int _fd = (int)Libc.syscall(Libc.SysPidfdOpen, pid, 0);

    public void WaitUntilExit()
    {
        if (!PollFd.Wait(_fd, 10_000))
        {
            throw new PeerFailedException($"process {pid} did not end");
        }
    }

    public void Dispose() => Libc.close(_fd);
}
