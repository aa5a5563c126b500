using System.Diagnostics.CodeAnalysis;
using Cofferdam.Linux;

namespace Cofferdam.Ttrpc;

/// <summary>Serves ttrpc on an event loop: handlers run on its thread, answers may come from anywhere.</summary>
public sealed class TtrpcServer : IDisposable
{
    private readonly Lock _lock = new();
    private readonly EventLoop _loop;
    private readonly Dictionary<string, Action<ServerCall>> _services = [];
    private readonly HashSet<ServerConnection> _connections = [];
    private readonly List<Acceptor> _acceptors = [];
    private readonly byte[] _buffer = new byte[16 * 1024];
    private volatile bool _stopping;
    private bool _drained;

    public TtrpcServer(EventLoop loop) => _loop = loop;

    /// <summary>Called once on the loop's thread, after <see cref="StopAccepting"/>, when no call is open and all answers were written (or their clients lost).</summary>
    public Action? Drained { get; set; }

    /// <summary>What a caller is told of an exception of a handler that is no <see cref="TtrpcException"/>.</summary>
    public Func<Exception, TtrpcStatus> Describe { get; set; } = failure => new TtrpcStatus(TtrpcCode.Unknown, failure.Message);

    /// <summary>Calls that are not answered yet.</summary>
    public int ActiveCalls
    {
        get
        {
            lock (_lock)
            {
                int count = 0;
                foreach (ServerConnection connection in _connections) count += connection.CallCount;
                return count;
            }
        }
    }

    internal bool IsStopping => _stopping;

    /// <summary>Adds a service by its full name, such as "containerd.task.v2.Task".</summary>
    /// <param name="fullName">As in the requests.</param>
    /// <param name="handler">
    /// Runs on the loop's thread, must not wait, and reads the request before it returns. Exceptions become answers.
    /// </param>
    public void AddService(string fullName, Action<ServerCall> handler)
    {
        lock (_lock) _services.Add(fullName, handler);
    }

    /// <summary>Accepts connections from now on.</summary>
    /// <param name="listener">A listening unix socket; it belongs to the server from now on and becomes non-blocking.</param>
    /// <param name="admit">Decides by SO_PEERCRED; whoever is not admitted is disconnected.</param>
    public void Listen(OwnedFd listener, Func<PeerCredentials, bool> admit)
    {
        Acceptor acceptor = new(_loop, listener, (socket, peer) =>
        {
            if (admit(peer)) Add(socket, peer);
            else socket.Dispose();
        });
        lock (_lock) _acceptors.Add(acceptor);
        acceptor.Start();
    }

    /// <summary>Serves a connection, which belongs to the server from now on.</summary>
    public void Serve(OwnedFd connection) => Add(connection, UnixSockets.PeerCredentials(connection));

    /// <summary>
    /// Begins the end: listeners are closed and new calls refused, those that run are answered. Connections are closed when nothing is open on them.
    /// </summary>
    public void StopAccepting()
    {
        _stopping = true;
        _loop.Post(() =>
        {
            CloseAcceptors();
            CheckDrained();
        });
    }

    /// <summary>Closes everything; open calls are cancelled. Elsewhere than on the loop's thread it happens soon.</summary>
    public void Dispose()
    {
        _stopping = true;
        if (_loop.IsCurrent) CloseAll();
        else _loop.Post(CloseAll);
    }

    internal bool TryFind(string service, [NotNullWhen(true)] out Action<ServerCall>? handler)
    {
        lock (_lock) return _services.TryGetValue(service, out handler);
    }

    internal void Remove(ServerConnection connection)
    {
        lock (_lock) _connections.Remove(connection);
        Ended();
    }

    /// <summary>Something ended that a stopping server may have waited for.</summary>
    internal void Ended()
    {
        if (_stopping) _loop.Post(CheckDrained);
    }

    private void Add(OwnedFd socket, PeerCredentials peer)
    {
        ServerConnection connection = new(this, _loop, socket, peer, _buffer);
        lock (_lock) _connections.Add(connection);
        connection.Start();
    }

    private void CheckDrained()
    {
        ServerConnection[] connections;
        lock (_lock) connections = [.. _connections];
        foreach (ServerConnection connection in connections)
        {
            if (connection.CallCount == 0 && connection.IsFlushed) connection.Close();
        }

        lock (_lock)
        {
            if (_drained || _connections.Count > 0) return;
            _drained = true;
        }

        Drained?.Invoke();
    }

    private void CloseAll()
    {
        CloseAcceptors();
        ServerConnection[] connections;
        lock (_lock) connections = [.. _connections];
        foreach (ServerConnection connection in connections) connection.Close();
    }

    private void CloseAcceptors()
    {
        Acceptor[] acceptors;
        lock (_lock)
        {
            acceptors = [.. _acceptors];
            _acceptors.Clear();
        }

        foreach (Acceptor acceptor in acceptors) acceptor.Dispose();
    }
}
