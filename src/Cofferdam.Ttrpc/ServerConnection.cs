using Cofferdam.Linux;
using Google.Protobuf;

namespace Cofferdam.Ttrpc;

/// <summary>The server's end of one connection: which calls are open on it.</summary>
internal sealed class ServerConnection
{
    /// <summary>How many calls a client may have open. containerd keeps one for each process it waits for.</summary>
    public const int MostCalls = 8192;

    // Later than this is as good as never, and no timer overflows.
    private static readonly TimeSpan s_longestTimeout = TimeSpan.FromDays(365);

    private readonly Lock _lock = new();
    private readonly TtrpcServer _server;
    private readonly EventLoop _loop;
    private readonly FrameConnection _frames;
    private readonly Dictionary<uint, ServerCall> _calls = [];
    private uint _lastStreamId;
    private bool _closed;

    public ServerConnection(TtrpcServer server, EventLoop loop, OwnedFd socket, PeerCredentials peer, byte[] buffer)
    {
        (_server, _loop, Peer) = (server, loop, peer);
        _frames = new FrameConnection(loop, socket, buffer, Receive, Closed) { Flushed = server.Ended };
    }

    public PeerCredentials Peer { get; }

    public int CallCount
    {
        get
        {
            lock (_lock) return _calls.Count;
        }
    }

    public bool IsFlushed => _frames.IsFlushed;

    public void Start() => _frames.Start();

    public void Close() => _frames.Close();

    /// <summary>Ends a call with its last frame.</summary>
    public bool End(ServerCall call, byte[] frame)
    {
        // Sent under the lock: whoever sees no call must see its answer among what is to be flushed.
        lock (_lock)
        {
            if (!_calls.Remove(call.StreamId)) return false;
            _frames.Send(frame);
        }

        call.Timer?.Dispose();
        _server.Ended();
        return true;
    }

    public bool Send(ServerCall call, byte[] frame)
    {
        lock (_lock) return _calls.ContainsKey(call.StreamId) && _frames.Send(frame);
    }

    /// <summary>Does <paramref name="add"/> while the call is open and cannot end.</summary>
    public bool TryAdd(ServerCall call, Action add)
    {
        lock (_lock)
        {
            if (!_calls.ContainsKey(call.StreamId)) return false;
            add();
            return true;
        }
    }

    public void PostIfCancelled(ServerCall call, Action cancelled)
    {
        lock (_lock)
        {
            if (call.IsCancelled) _loop.Post(cancelled);
        }
    }

    private void Receive(Frame frame)
    {
        // Answers to what is wrong go to the stream that the frame names, even if a client can have no such stream.
        if (frame.IsOversize) Refuse(frame, FrameWriter.Oversize(frame.Length));
        else if (frame.StreamId % 2 != 1) Refuse(frame, Invalid("StreamID must be odd for client initiated streams"));
        else if (frame.Type == FrameType.Data) ReceiveData(frame);
        else if (frame.Type == FrameType.Request) ReceiveRequest(frame);
    }

    private void ReceiveRequest(Frame frame)
    {
        if (frame.StreamId <= _lastStreamId)
        {
            Refuse(frame, Invalid("StreamID cannot be re-used and must increment"));
            return;
        }

        _lastStreamId = frame.StreamId;
        RequestMessage request;
        try
        {
            request = RequestMessage.Decode(frame.Payload);
        }
        catch (FormatException garbage)
        {
            Refuse(frame, Invalid($"unmarshal request error: {garbage.Message}"));
            return;
        }

        if (!_server.TryFind(request.Service, out Action<ServerCall>? handler)) Refuse(frame, new TtrpcStatus(TtrpcCode.Unimplemented, $"service {request.Service}"));
        else if (_server.IsStopping) Refuse(frame, new TtrpcStatus(TtrpcCode.Unavailable, "ttrpc: server closed"));
        else if (CallCount >= MostCalls) Refuse(frame, new TtrpcStatus(TtrpcCode.ResourceExhausted, $"more than {MostCalls} calls at once"));
        else Begin(new ServerCall(this, frame.StreamId, frame.Flags, request), handler);
    }

    private void Begin(ServerCall call, Action<ServerCall> handler)
    {
        lock (_lock) _calls.Add(call.StreamId, call);
        if (call.Timeout is { } timeout)
        {
            call.Timer = _loop.After(TimeSpan.FromTicks(Math.Clamp(timeout.Ticks, 0, s_longestTimeout.Ticks)), () => Cancel(call, TtrpcStatus.TimedOut));
        }

        Guard(call, () => handler(call));
        call.HandlerReturned();
    }

    private void ReceiveData(Frame frame)
    {
        ServerCall? call;
        lock (_lock) call = _calls.GetValueOrDefault(frame.StreamId);
        if (call is null)
        {
            Refuse(frame, Invalid("StreamID is no longer active"));
            return;
        }

        bool taken = true;
        if (!frame.Has(FrameFlags.NoData)) Guard(call, () => taken = call.Take(frame.Payload));
        if (!taken)
        {
            Refuse(frame, Invalid("data handling error: ttrpc: stream closed"));
        }
        else if (frame.Has(FrameFlags.RemoteClosed))
        {
            // An ordinary call, or a stream that is closed already, loses nothing by a second end.
            Guard(call, () => call.Take(null));
            if (frame.Payload.Length > 0) Refuse(frame, Invalid("data close message cannot include data"));
        }
    }

    // The caller learns of everything that goes wrong in a handler; it must not end the loop, which serves others.
    private void Guard(ServerCall call, Action action)
    {
        try
        {
            action();
        }
        catch (TtrpcException failure)
        {
            call.Fail(failure.Status);
        }
        catch (InvalidProtocolBufferException garbage)
        {
            call.Fail(Invalid($"unmarshal message of '{call.Service}/{call.Method}': {garbage.Message}"));
        }
        catch (Exception failure)
        {
            call.Fail(_server.Describe(failure));
        }
    }

    private void Refuse(Frame frame, TtrpcStatus status)
    {
        ServerCall? call;
        lock (_lock) call = _calls.GetValueOrDefault(frame.StreamId);
        // For the client a response ends the stream, so it ends here too.
        if (call is not null) Cancel(call, status);
        else _frames.Send(ResponseMessage.Encode(frame.StreamId, status));
    }

    private void Cancel(ServerCall call, TtrpcStatus status)
    {
        lock (_lock) call.IsCancelled = _calls.ContainsKey(call.StreamId);
        if (call.Fail(status)) call.RunCancelled();
    }

    private void Closed()
    {
        ServerCall[] lost;
        lock (_lock)
        {
            if (_closed) return;
            _closed = true;
            lost = [.. _calls.Values];
            foreach (ServerCall call in lost) call.IsCancelled = true;
            _calls.Clear();
        }

        _server.Remove(this);
        foreach (ServerCall call in lost)
        {
            call.Timer?.Dispose();
            call.RunCancelled();
        }
    }

    private static TtrpcStatus Invalid(string message) => new(TtrpcCode.InvalidArgument, message);
}
