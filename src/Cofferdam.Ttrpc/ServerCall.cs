using Cofferdam.Linux;
using Google.Protobuf;

namespace Cofferdam.Ttrpc;

/// <summary>A call that a client made, until it is answered.</summary>
/// <remarks>
/// Answers may be given from any thread, once: <see cref="Reply"/>, <see cref="Fail(TtrpcStatus)"/> and <see cref="Finish"/>
/// return false, and do nothing, when the call is over already: answered, out of time, or its connection lost.
/// </remarks>
public sealed class ServerCall
{
    private readonly ServerConnection _connection;
    private readonly ReadOnlyMemory<byte> _payload;
    private bool _handlerReturned;
    private Action<ReadOnlyMemory<byte>?>? _onMessage;
    private List<Action>? _onCancelled;

    internal ServerCall(ServerConnection connection, uint streamId, FrameFlags flags, RequestMessage request)
    {
        _connection = connection;
        StreamId = streamId;
        IsClientOpen = (flags & FrameFlags.RemoteOpen) != 0;
        Service = request.Service;
        Method = request.Method;
        _payload = request.Payload;
        Metadata = request.Metadata;
        Timeout = request.TimeoutNano == 0 ? null : TimeSpan.FromTicks(request.TimeoutNano / TimeSpan.NanosecondsPerTick);
    }

    public string Service { get; }

    public string Method { get; }

    /// <summary>The request's bytes. They belong to the connection: valid until the handler returns.</summary>
    /// <exception cref="InvalidOperationException">The handler has returned.</exception>
    public ReadOnlyMemory<byte> Payload => _handlerReturned
        ? throw new InvalidOperationException($"the request of '{Service}/{Method}' must be read before its handler returns")
        : _payload;

    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; }

    /// <summary>What the client granted, counted from the arrival; when it is over, the client is told so and <see cref="OnCancelled"/> called.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>Who connected.</summary>
    public PeerCredentials Peer => _connection.Peer;

    /// <summary>True for a stream on which the client may still send.</summary>
    public bool IsClientOpen { get; private set; }

    internal uint StreamId { get; }

    internal EventTimer? Timer { get; set; }

    /// <summary>The request.</summary>
    /// <exception cref="TtrpcException">InvalidArgument: the bytes are no such message.</exception>
    public T Read<T>(MessageParser<T> parser) where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(Payload.Span);
        }
        catch (InvalidProtocolBufferException garbage)
        {
            throw new TtrpcException(TtrpcCode.InvalidArgument, $"unmarshal request of '{Service}/{Method}': {garbage.Message}");
        }
    }

    /// <summary>Answers the call.</summary>
    public bool Reply(IMessage message) => _connection.End(this, ResponseMessage.Encode(StreamId, message));

    /// <summary>Answers that the call failed.</summary>
    public bool Fail(TtrpcStatus status) => _connection.End(this, ResponseMessage.Encode(StreamId, status));

    /// <summary>Answers that the call failed.</summary>
    public bool Fail(TtrpcCode code, string message) => Fail(new TtrpcStatus(code, message));

    /// <summary>Answers that the service has no such method, in Go's words.</summary>
    public bool FailUnknownMethod() => Fail(TtrpcCode.Unimplemented, $"method {Method}");

    /// <summary>Sends one message of a stream.</summary>
    /// <returns>False when the call is over.</returns>
    /// <exception cref="TtrpcException">ResourceExhausted: it is too large to be sent.</exception>
    public bool Send(IMessage message) => _connection.Send(this, FrameWriter.Data(StreamId, message));

    /// <summary>Ends a stream of messages.</summary>
    public bool Finish() => _connection.End(this, FrameWriter.End(StreamId));

    /// <summary>
    /// Says who takes the messages that follow the request, on the loop's thread; null when the client sends no more. The bytes
    /// are valid until the callback returns. To be called before the handler returns.
    /// </summary>
    public void OnMessage(Action<ReadOnlyMemory<byte>?> received)
    {
        if (_handlerReturned) throw new InvalidOperationException($"messages of '{Service}/{Method}' must be subscribed to before its handler returns");
        _onMessage = received;
    }

    /// <summary>Says what to do, on the loop's thread, when nobody waits for the answer any more: the connection is lost or the time over.</summary>
    /// <remarks>May be said from any thread; where that has happened already, it is done soon.</remarks>
    public void OnCancelled(Action cancelled)
    {
        if (!_connection.TryAdd(this, () => (_onCancelled ??= []).Add(cancelled))) _connection.PostIfCancelled(this, cancelled);
    }

    /// <summary>Set under the connection's lock together with the end.</summary>
    internal bool IsCancelled { get; set; }

    internal void HandlerReturned() => _handlerReturned = true;

    internal void RunCancelled()
    {
        foreach (Action cancelled in _onCancelled ?? []) cancelled();
    }

    /// <summary>Takes a message, or null for the end of messages.</summary>
    /// <returns>False when nobody expects one.</returns>
    internal bool Take(ReadOnlyMemory<byte>? message)
    {
        if (_onMessage is null || !IsClientOpen) return false;
        if (message is null) IsClientOpen = false;
        _onMessage(message);
        return true;
    }
}
