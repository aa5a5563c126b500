using Cofferdam.Linux;

namespace Cofferdam.Ttrpc;

/// <summary>Accepts the connections of one listening socket.</summary>
internal sealed class Acceptor : IDisposable
{
    // Descriptors or memory come back some time; the waiting connection would wake the loop all the while.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly EventLoop _loop;
    private readonly OwnedFd _listener;
    private readonly Action<OwnedFd, PeerCredentials> _accepted;
    private EventRegistration? _registration;
    private EventTimer? _retry;

    public Acceptor(EventLoop loop, OwnedFd listener, Action<OwnedFd, PeerCredentials> accepted)
    {
        (_loop, _listener, _accepted) = (loop, listener, accepted);
        Files.SetNonBlocking(listener, true);
    }

    public void Start() => _loop.Post(Watch);

    public void Dispose()
    {
        _retry?.Dispose();
        _registration?.Dispose();
        _listener.Dispose();
    }

    private void Watch()
    {
        if (!_listener.IsClosed) _registration = _loop.Watch(_listener, PollEvents.Readable, _ => Accept());
    }

    // One at a time: the loop comes back while more wait, and others get their turn.
    private void Accept()
    {
        if (UnixSockets.TryAccept(_listener, out OwnedFd? socket, out Errno errno))
        {
            _accepted(socket, UnixSockets.PeerCredentials(socket));
        }
        else if (errno is not (Errno.EAGAIN or Errno.ECONNABORTED))
        {
            _registration?.Dispose();
            _retry = _loop.After(s_pause, Watch);
        }
    }
}
