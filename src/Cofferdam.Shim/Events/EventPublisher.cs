using Cofferdam.Api;
using Cofferdam.Api.TtrpcEvents.V1;
using Cofferdam.Api.Types;
using Cofferdam.Linux;
using Cofferdam.Ttrpc;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Shim.Events;

/// <summary>
/// Tells containerd what happens, in order and until it has heard it: while it is away events wait, and are delivered after
/// its return. At most one is under way, so that none overtakes another.
/// </summary>
internal sealed class EventPublisher : IDisposable
{
    private const string Service = "containerd.services.events.ttrpc.v1.Events";
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    private readonly EventLoop _loop;
    private readonly ShimLog _log;
    private readonly string _address;
    private readonly string _namespace;
    private readonly Lock _lock = new();
    private readonly Queue<ForwardRequest> _waiting = new();
    private readonly Dictionary<string, ForwardRequest> _repeatable = [];
    private TtrpcClient? _client;
    private TimeSpan _pause = s_shortestPause;
    private bool _isBusy;
    private Action? _whenEmpty;

    public EventPublisher(EventLoop loop, ShimLog log, string address, string containerdNamespace)
    {
        _loop = loop;
        _log = log;
        _address = address;
        _namespace = containerdNamespace;
    }

    /// <summary>Puts an event behind those that wait; from any thread.</summary>
    /// <param name="topic">Its topic.</param>
    /// <param name="typeUrl">The type of the message.</param>
    /// <param name="message">What happened.</param>
    /// <param name="repeatable">
    /// For what a container may make happen without end: while an event of the same name waits, another would say no more, and
    /// fill the memory of the shim while containerd is away.
    /// </param>
    public void Publish(string topic, string typeUrl, IMessage message, string? repeatable = null)
    {
        // Started by hand, without containerd.
        if (_address.Length == 0) return;
        ForwardRequest request = new()
        {
            Envelope = new Envelope
            {
                Timestamp = Timestamp.FromDateTime(DateTime.UtcNow),
                Namespace = _namespace,
                Topic = topic,
                Event = AnyMessages.Pack(message, typeUrl),
            },
        };
        lock (_lock)
        {
            if (repeatable is not null && !_repeatable.TryAdd(repeatable, request)) return;
            _waiting.Enqueue(request);
            if (_isBusy) return;
            _isBusy = true;
        }

        _loop.Post(SendNext);
    }

    /// <summary>Calls <paramref name="action"/> on the loop's thread once nothing waits any more.</summary>
    public void WhenEmpty(Action action)
    {
        lock (_lock) _whenEmpty = action;
        _loop.Post(TellIfEmpty);
    }

    public void Dispose() => _client?.Dispose();

    private void SendNext()
    {
        ForwardRequest next;
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _isBusy = false;
                _loop.Post(TellIfEmpty);
                return;
            }

            next = _waiting.Peek();
            // It is on its way; what happens now is news.
            foreach ((string name, ForwardRequest waiting) in _repeatable)
            {
                if (waiting == next) _repeatable.Remove(name);
            }
        }

        try
        {
            if (_client is null or { IsClosed: true })
            {
                _client?.Dispose();
                _client = TtrpcClient.Connect(_loop, _address);
            }
        }
        catch (LinuxException e)
        {
            Retry(e.Message);
            return;
        }

        _client.Call(Service, "Forward", next, Answered, s_answerLimit);
    }

    private void Answered(TtrpcResult result)
    {
        // Not delivered, or perhaps not: better told twice than never.
        if (result.Status.Code is TtrpcCode.Unavailable or TtrpcCode.DeadlineExceeded or TtrpcCode.Cancelled)
        {
            Retry(result.Status.Message);
            return;
        }

        ForwardRequest sent;
        lock (_lock) sent = _waiting.Dequeue();
        // Too large, or not understood: it would never be taken, and must not hold the others.
        if (!result.Status.IsOk) _log.Error($"publishing '{sent.Envelope.Topic}': {result.Status.Message}");
        _pause = s_shortestPause;
        SendNext();
    }

    private void Retry(string why)
    {
        _log.Debug($"publishing to '{_address}': {why}; again in {_pause.TotalMilliseconds} ms");
        _client?.Dispose();
        _client = null;
        _loop.After(_pause, SendNext);
        _pause = _pause * 2 < s_longestPause ? _pause * 2 : s_longestPause;
    }

    private void TellIfEmpty()
    {
        Action? action;
        lock (_lock)
        {
            if (_isBusy || _waiting.Count > 0) return;
            action = _whenEmpty;
            _whenEmpty = null;
        }

        action?.Invoke();
    }
}
