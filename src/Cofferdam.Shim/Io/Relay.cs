using Cofferdam.Linux;

namespace Cofferdam.Shim.Io;

/// <summary>
/// Moves bytes from one descriptor to another on the event loop, until the first ends. What the second does not take stays in
/// the first, whose writer then waits: nothing is lost and nothing collected here. Between pipes the kernel moves the pages
/// (splice(2)); otherwise they pass through one buffer that all relays share.
/// </summary>
internal sealed class Relay : IRelay
{
    // A relay that could go on for ever lets the others have their turn.
    private const int MovesInTurn = 32;
    private const int SpliceLimit = 1 << 20;
    private static readonly byte[] s_buffer = new byte[32 * 1024];

    private readonly EventLoop _loop;
    private readonly OwnedFd _source;
    private readonly OwnedFd _sink;
    private readonly Action<Errno>? _sinkFailed;
    private readonly Action _ended;
    private bool _mayBeSpliced;
    private bool _isDiscarding;
    private bool _isOver;
    private EventRegistration? _registration;
    private OwnedFd? _waitingFor;
    private ReadOnlyMemory<byte> _rest;

    /// <param name="loop">Where it runs.</param>
    /// <param name="source">Non-blocking; read until its end.</param>
    /// <param name="sink">Non-blocking.</param>
    /// <param name="arePipes">Whether both are pipes or fifos.</param>
    /// <param name="ended">Called once on the loop's thread.</param>
    /// <param name="sinkFailed">
    /// Told, on the loop's thread, when the sink takes no more; the source is read on then, to nowhere, because its writer must not
    /// suffer. Without this a sink that fails ends the relay.
    /// </param>
    public Relay(EventLoop loop, OwnedFd source, OwnedFd sink, bool arePipes, Action ended, Action<Errno>? sinkFailed = null)
    {
        _sinkFailed = sinkFailed;
        _loop = loop;
        _source = source;
        _sink = sink;
        _mayBeSpliced = arePipes;
        _ended = ended;
    }

    /// <summary>Begins; from any thread.</summary>
    public void Start() => _loop.Post(Pump);

    /// <summary>Ends it where it is. On the loop's thread.</summary>
    public void Dispose()
    {
        _isOver = true;
        StopWaiting();
    }

    private void Pump()
    {
        for (int i = 0; i < MovesInTurn && !_isOver; i++)
        {
            switch (_mayBeSpliced ? Splice() : Copy())
            {
                case RelayStep.SourceIsEmpty: WaitFor(_source, PollEvents.Readable); return;
                case RelayStep.SinkIsFull: WaitFor(_sink, PollEvents.Writable); return;
                case RelayStep.Ended: End(); return;
                default: break;
            }
        }

        if (_isOver) return;
        StopWaiting();
        _loop.Post(Pump);
    }

    private RelayStep Splice()
    {
        if (Pipes.TrySplice(_source, _sink, SpliceLimit, out int moved, out Errno errno)) return moved == 0 ? RelayStep.Ended : RelayStep.Moved;
        switch (errno)
        {
            case Errno.EAGAIN:
                return Poll.UntilReadable(_source, TimeSpan.Zero) ? RelayStep.SinkIsFull : RelayStep.SourceIsEmpty;
            case Errno.EINVAL:
                // No pipes after all.
                _mayBeSpliced = false;
                return RelayStep.Moved;
            default:
                return SinkFailed(errno);
        }
    }

    private RelayStep Copy()
    {
        if (_rest.Length == 0)
        {
            if (!Files.TryRead(_source, s_buffer, out int count, out Errno failure))
                // EIO: the last process that had the terminal open has closed it.
                return failure == Errno.EAGAIN ? RelayStep.SourceIsEmpty : RelayStep.Ended;
            if (count == 0) return RelayStep.Ended;
            if (_isDiscarding) return RelayStep.Moved;
            _rest = s_buffer.AsMemory(0, count);
        }

        bool taken = Files.TryWrite(_sink, _rest.Span, out int written, out Errno errno);
        _rest = _rest[written..];
        if (_rest.Length == 0) return RelayStep.Moved;
        // The buffer is for all.
        _rest = _rest.ToArray();
        // After a part the next attempt tells why it was no more.
        if (taken) return RelayStep.Moved;
        return errno == Errno.EAGAIN ? RelayStep.SinkIsFull : SinkFailed(errno);
    }

    private RelayStep SinkFailed(Errno errno)
    {
        if (_sinkFailed is null) return RelayStep.Ended;
        _sinkFailed(errno);
        _mayBeSpliced = false;
        _isDiscarding = true;
        _rest = default;
        return RelayStep.Moved;
    }

    private void WaitFor(OwnedFd file, PollEvents events)
    {
        if (_waitingFor == file) return;
        // One at a time: a source whose writers are gone is always ready, also while the sink is full.
        StopWaiting();
        _registration = _loop.Watch(file, events, _ => Pump());
        _waitingFor = file;
    }

    private void StopWaiting()
    {
        _registration?.Dispose();
        _registration = null;
        _waitingFor = null;
    }

    private void End()
    {
        Dispose();
        _ended();
    }
}
