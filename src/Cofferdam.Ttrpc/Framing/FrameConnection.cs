using Cofferdam.Linux;

namespace Cofferdam.Ttrpc;

/// <summary>A socket on an event loop that gives and takes frames.</summary>
/// <remarks>
/// Reading happens on the loop's thread. Frames may be sent from any thread: a frame goes to the kernel at once where it
/// fits, and what does not fit waits for the peer. While much waits, nothing is read, so that a peer that asks without taking
/// answers stops itself; where even that does not help (streams, late answers), the connection is closed.
/// </remarks>
internal sealed class FrameConnection
{
    /// <summary>With more than this unsent, no more requests are read.</summary>
    public const int PauseAt = 256 * 1024;

    /// <summary>A frame that would make more than this wait closes the connection. The largest frame fits twice.</summary>
    public const int MostUnsent = 9 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly EventLoop _loop;
    private readonly OwnedFd _socket;
    private readonly byte[] _buffer;
    private readonly Action<Frame> _received;
    private readonly Action _closed;
    private readonly FrameReader _reader = new();
    private readonly Queue<byte[]> _unsent = [];
    private EventRegistration? _registration;
    private ReadOnlyMemory<byte> _waiting;
    private int _sentOfFirst;
    private int _unsentBytes;
    private bool _broken;
    private bool _isClosed;

    /// <param name="loop">Where to wait.</param>
    /// <param name="socket">Belongs to the connection from now on.</param>
    /// <param name="buffer">Where bytes are received: one buffer serves all connections of a loop, for it is empty between callbacks.</param>
    /// <param name="received">Gets each frame, on the loop's thread.</param>
    /// <param name="closed">Called once, when no more frames will come.</param>
    public FrameConnection(EventLoop loop, OwnedFd socket, byte[] buffer, Action<Frame> received, Action closed)
    {
        (_loop, _socket, _buffer, _received, _closed) = (loop, socket, buffer, received, closed);
    }

    /// <summary>True when everything sent has reached the kernel.</summary>
    public bool IsFlushed
    {
        get
        {
            lock (_lock) return _unsentBytes == 0 || _broken;
        }
    }

    private bool IsPaused
    {
        get
        {
            lock (_lock) return _unsentBytes > PauseAt;
        }
    }

    /// <summary>Called on the loop's thread when the last waiting byte was sent.</summary>
    public Action? Flushed { get; init; }

    public void Start()
    {
        lock (_lock) _registration = _loop.Watch(_socket, PollEvents.Readable, Ready);
    }

    /// <summary>Sends a frame, or as much as fits now and the rest later.</summary>
    /// <returns>False when the connection is lost.</returns>
    public bool Send(byte[] frame)
    {
        lock (_lock)
        {
            if (_broken || _isClosed) return false;
            int sent = 0;
            if (_unsentBytes == 0 && !TrySend(frame, out sent)) return false;
            if (sent == frame.Length) return true;
            if (_unsentBytes + frame.Length - sent > MostUnsent) return Break();

            if (_unsentBytes == 0) _sentOfFirst = sent;
            _unsent.Enqueue(frame);
            _unsentBytes += frame.Length - sent;
            ChangeInterest();
            return true;
        }
    }

    /// <summary>Closes the socket. On the loop's thread, or when the loop does not run.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_isClosed) return;
            _isClosed = true;
            _registration?.Dispose();
            _socket.Dispose();
            _unsent.Clear();
            _unsentBytes = 0;
        }

        _closed();
    }

    private void Ready(PollEvents events)
    {
        if ((events & PollEvents.Writable) != 0) Flush();
        if ((events & ~PollEvents.Writable) == 0 || _isClosed) return;
        if (_waiting.Length == 0 && !IsPaused) Receive();
        // Told even while reading pauses: whoever hung up takes no answers.
        else if ((events & (PollEvents.HangUp | PollEvents.Failed)) != 0) Close();
    }

    private void Receive()
    {
        if (!UnixSockets.TryReceive(_socket, _buffer, out int count, out Errno errno))
        {
            if (errno != Errno.EAGAIN) Close();
        }
        else if (count == 0)
        {
            Close();
        }
        else
        {
            ReadOnlyMemory<byte> rest = Take(_buffer.AsMemory(0, count));
            // The buffer is for others as well.
            _waiting = rest.Length > 0 ? rest.ToArray() : default;
        }
    }

    // One piece may hold many requests, each with a large answer: it is left, too, when too much is unsent.
    private ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> input)
    {
        while (!_isClosed && !IsPaused && _reader.TryRead(ref input, out Frame frame)) _received(frame);
        return _isClosed ? default : input;
    }

    private void Flush()
    {
        lock (_lock)
        {
            while (_unsent.TryPeek(out byte[]? frame) && !_broken)
            {
                if (!TrySend(frame.AsSpan(_sentOfFirst), out int sent)) return;
                _unsentBytes -= sent;
                _sentOfFirst += sent;
                if (_sentOfFirst < frame.Length) break;
                _unsent.Dequeue();
                _sentOfFirst = 0;
            }

            ChangeInterest();
        }

        if (!IsPaused && _waiting.Length > 0) _waiting = Take(_waiting);
        if (IsFlushed) Flushed?.Invoke();
    }

    // False when the connection is lost; nothing sent is no loss.
    private bool TrySend(ReadOnlySpan<byte> content, out int sent) =>
        UnixSockets.TrySend(_socket, content, out sent, out Errno errno) || errno == Errno.EAGAIN || Break();

    // Closing is the loop's affair: it may be about to read.
    private bool Break()
    {
        _broken = true;
        _loop.Post(Close);
        return false;
    }

    private void ChangeInterest() => _registration?.Change(_unsentBytes switch
    {
        0 => PollEvents.Readable,
        <= PauseAt => PollEvents.Readable | PollEvents.Writable,
        _ => PollEvents.Writable,
    });
}
