using Cofferdam.Linux;
using Google.Protobuf;

namespace Cofferdam.Ttrpc;

/// <summary>Calls services of the other end of a connection. May be used from any thread; callbacks run on the loop's.</summary>
public sealed class TtrpcClient : IDisposable
{
    private const string UnixScheme = "unix://";

    private readonly Lock _lock = new();
    private readonly EventLoop _loop;
    private readonly FrameConnection _frames;
    private readonly Dictionary<uint, ClientStream> _streams = [];
    private uint _nextStreamId = 1;
    private bool _closed;

    private TtrpcClient(EventLoop loop, OwnedFd socket)
    {
        _loop = loop;
        _frames = new FrameConnection(loop, socket, new byte[4096], Receive, ConnectionClosed);
        _frames.Start();
    }

    /// <summary>Called once, on the loop's thread, when the connection is lost or disposed of, after all open calls have failed.</summary>
    public event Action? Closed;

    /// <summary>True when no call can succeed any more.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock) return _closed;
        }
    }

    /// <summary>Connects to a unix socket: a path, "unix://" and a path, or "@name" in the abstract namespace. Does not wait.</summary>
    /// <exception cref="LinuxException">ECONNREFUSED, ENOENT: nobody listens; EAGAIN: the server accepts too slowly.</exception>
    public static TtrpcClient Connect(EventLoop loop, string path) =>
        new(loop, UnixSockets.ConnectAtOnce(path.StartsWith(UnixScheme, StringComparison.Ordinal) ? path[UnixScheme.Length..] : path));

    /// <summary>Uses a connected socket, which belongs to the client from now on.</summary>
    public static TtrpcClient Connect(EventLoop loop, OwnedFd connection) => new(loop, connection);

    /// <summary>Calls a method.</summary>
    /// <exception cref="TtrpcException">The call failed; Unavailable when the connection was lost.</exception>
    public async Task<T> CallAsync<T>(
        string service,
        string method,
        IMessage request,
        MessageParser<T> parser,
        TimeSpan? timeout = null,
        IReadOnlyList<KeyValuePair<string, string>>? metadata = null,
        CancellationToken cancellation = default) where T : IMessage<T>
    {
        // Continuations must not run on the loop's thread, which they might block.
        TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ClientStream stream = Call(service, method, request, Done, timeout, metadata);
        using CancellationTokenRegistration registration = cancellation.Register(() =>
        {
            stream.Abandon();
            answer.TrySetCanceled(cancellation);
        });
        return await answer.Task.ConfigureAwait(false);

        void Done(TtrpcResult result)
        {
            try
            {
                answer.TrySetResult(result.Read(parser));
            }
            catch (TtrpcException failure)
            {
                answer.TrySetException(failure);
            }
        }
    }

    /// <summary>Calls a method; <paramref name="done"/> is called once, on the loop's thread, never before this returns there.</summary>
    /// <returns>The call, which may be given up.</returns>
    public ClientStream Call(
        string service,
        string method,
        IMessage request,
        Action<TtrpcResult> done,
        TimeSpan? timeout = null,
        IReadOnlyList<KeyValuePair<string, string>>? metadata = null) =>
        Open(new ClientStream(this, null, done, isOpen: false), FrameFlags.None, service, method, request, timeout, metadata);

    /// <summary>Calls a method that sends a stream of messages, takes one, or both.</summary>
    /// <param name="service">Full name of the service.</param>
    /// <param name="method">Name of the method.</param>
    /// <param name="request">The request, where the client sends only that; otherwise null.</param>
    /// <param name="message">Gets each message on the loop's thread; its bytes are valid until it returns.</param>
    /// <param name="ended">Called once on the loop's thread; has the answer of a method that takes a stream and sends one message.</param>
    /// <param name="timeout">How long all of it may take.</param>
    /// <param name="metadata">Sent along.</param>
    public ClientStream OpenStream(
        string service,
        string method,
        IMessage? request,
        Action<ReadOnlyMemory<byte>> message,
        Action<TtrpcResult> ended,
        TimeSpan? timeout = null,
        IReadOnlyList<KeyValuePair<string, string>>? metadata = null)
    {
        FrameFlags flags = request is null ? FrameFlags.RemoteOpen : FrameFlags.RemoteClosed;
        return Open(new ClientStream(this, message, ended, isOpen: request is null), flags, service, method, request, timeout, metadata);
    }

    /// <summary>Closes the connection; open calls fail. Elsewhere than on the loop's thread it happens soon.</summary>
    public void Dispose()
    {
        if (_loop.IsCurrent) _frames.Close();
        else _loop.Post(_frames.Close);
    }

    internal bool SendOn(ClientStream stream, byte[] frame)
    {
        lock (_lock) return _streams.ContainsKey(stream.StreamId) && _frames.Send(frame);
    }

    internal bool Remove(ClientStream stream)
    {
        lock (_lock) return _streams.Remove(stream.StreamId);
    }

    // Numbers must reach the server in order, so the lock is held from choosing one until it is sent.
    private ClientStream Open(ClientStream stream, FrameFlags flags, string service, string method, IMessage? request, TimeSpan? timeout, IReadOnlyList<KeyValuePair<string, string>>? metadata)
    {
        try
        {
            lock (_lock)
            {
                byte[] frame = RequestMessage.Encode(_nextStreamId, flags, service, method, request, RequestMessage.Nanoseconds(timeout), metadata);
                stream.StreamId = _nextStreamId;
                // The number after the last one is 1 again: this connection is used up.
                if (!_closed && _nextStreamId != uint.MaxValue && _frames.Send(frame))
                {
                    _nextStreamId += 2;
                    _streams.Add(stream.StreamId, stream);
                    if (timeout is { } limit) stream.Timer = _loop.After(limit, () => stream.End(new TtrpcResult(TtrpcStatus.TimedOut, default)));
                    return stream;
                }
            }

            _loop.Post(() => stream.Refuse(TtrpcStatus.Closed));
        }
        catch (TtrpcException tooLarge)
        {
            _loop.Post(() => stream.Refuse(tooLarge.Status));
        }

        return stream;
    }

    private void Receive(Frame frame)
    {
        ClientStream? stream;
        lock (_lock) stream = _streams.GetValueOrDefault(frame.StreamId);
        // Given up meanwhile, or never asked for.
        if (stream is null) return;
        if (frame.IsOversize) stream.End(new TtrpcResult(FrameWriter.Oversize(frame.Length), default));
        else if (frame.Type == FrameType.Response) stream.End(Decode(frame.Payload));
        else if (frame.Type == FrameType.Data) stream.Receive(frame);
    }

    private static TtrpcResult Decode(ReadOnlyMemory<byte> payload)
    {
        try
        {
            ResponseMessage response = ResponseMessage.Decode(payload);
            return new TtrpcResult(response.Status, response.Payload);
        }
        catch (Exception garbage) when (garbage is FormatException or InvalidProtocolBufferException)
        {
            return new TtrpcResult(new TtrpcStatus(TtrpcCode.Internal, $"unmarshal response: {garbage.Message}"), default);
        }
    }

    private void ConnectionClosed()
    {
        ClientStream[] lost;
        lock (_lock)
        {
            _closed = true;
            lost = [.. _streams.Values];
        }

        foreach (ClientStream stream in lost) stream.End(new TtrpcResult(TtrpcStatus.Closed, default));
        Closed?.Invoke();
    }
}
