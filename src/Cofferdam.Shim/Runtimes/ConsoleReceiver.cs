using Cofferdam.Linux;

namespace Cofferdam.Shim.Runtimes;

/// <summary>A socket at which a runtime delivers the master side of a terminal (runc's <c>--console-socket</c>).</summary>
internal sealed class ConsoleReceiver : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private static int s_count;

    private readonly OwnedFd _listener;

    // In a short directory: runc's connect takes no path above 107 bytes, and bundles of Kubernetes are longer.
    public ConsoleReceiver()
    {
        const int directoryMode = 0x1C0, socketMode = 0x180;   // 0700, 0600
        Files.MkdirAll(Bootstrap.ShimSocket.DefaultDirectory, directoryMode);
        Path = $"{Bootstrap.ShimSocket.DefaultDirectory}/console-{Processes.CurrentId}-{Interlocked.Increment(ref s_count)}";
        _listener = UnixSockets.Listen(Path, mode: socketMode);
    }

    public string Path { get; }

    /// <summary>What was delivered; the runtime has ended, so it is there.</summary>
    public OwnedFd Take()
    {
        if (!Poll.UntilReadable(_listener, s_limit)) throw new CofferdamException(ErrorKind.DeadlineExceeded, "receiving the terminal: the runtime sent none");
        using OwnedFd connection = UnixSockets.Accept(_listener);
        List<OwnedFd> fds = [];
        UnixSockets.Receive(connection, stackalloc byte[64], fds);
        if (fds.Count == 1) return fds[0];
        foreach (OwnedFd fd in fds) fd.Dispose();
        throw new CofferdamException(ErrorKind.Internal, $"receiving the terminal: {fds.Count} descriptors came");
    }

    public void Dispose()
    {
        _listener.Dispose();
        Files.TryUnlink(Path, out _);
    }
}
