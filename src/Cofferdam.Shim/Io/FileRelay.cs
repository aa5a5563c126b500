using Cofferdam.Linux;

namespace Cofferdam.Shim.Io;

/// <summary>
/// Appends what a process writes to a regular file. Such a file is always ready and yet may keep its writer waiting, for a slow
/// disk or a server that is away: a worker writes, and the loop only waits for more to come.
/// </summary>
internal sealed class FileRelay : IRelay
{
    // A stream that could go on for ever lets other work of the shim have its turn.
    private const int MovesInTurn = 32;
    private const int BufferSize = 32 * 1024;
    private static readonly TimeSpan s_fullDiskPause = TimeSpan.FromSeconds(1);

    private readonly EventLoop _loop;
    private readonly Workers _workers;
    private readonly OwnedFd _source;
    private readonly OwnedFd _file;
    private readonly Action _ended;
    private readonly Action<Errno> _failed;
    private EventRegistration? _registration;
    private byte[] _buffer = [];
    private ReadOnlyMemory<byte> _rest;
    private bool _isDiscarding;
    private bool _isBusy;
    private bool _isOver;

    /// <param name="loop">Where it waits.</param>
    /// <param name="workers">Where it writes.</param>
    /// <param name="source">Non-blocking; read until its end.</param>
    /// <param name="file">A regular file.</param>
    /// <param name="ended">Called once on the loop's thread.</param>
    /// <param name="failed">Told, on the loop's thread, when the file takes no more; the source is read on then, to nowhere.</param>
    public FileRelay(EventLoop loop, Workers workers, OwnedFd source, OwnedFd file, Action ended, Action<Errno> failed)
    {
        _loop = loop;
        _workers = workers;
        // Of its own: a write may still be under way when the others are closed.
        _source = Files.Duplicate(source);
        _file = Files.Duplicate(file);
        _ended = ended;
        _failed = failed;
    }

    public void Start() => _loop.Post(WaitForMore);

    public void Dispose()
    {
        if (_isOver) return;
        _isOver = true;
        _registration?.Dispose();
        if (!_isBusy) Close();
    }

    private void WaitForMore()
    {
        if (_isOver) return;
        _registration = _loop.Watch(_source, PollEvents.Readable, _ =>
        {
            _registration!.Dispose();
            MoveOn();
        });
    }

    private void MoveOn()
    {
        if (_isOver) return;
        _isBusy = true;
        _workers.Run(() =>
        {
            RelayStep step = Move(out Errno errno);
            _loop.Post(() => Moved(step, errno));
        });
    }

    private void Moved(RelayStep step, Errno errno)
    {
        _isBusy = false;
        if (_isOver)
        {
            Close();
            return;
        }

        switch (step)
        {
            case RelayStep.SourceIsEmpty:
                // Most streams are silent most of the time.
                _buffer = [];
                WaitForMore();
                break;
            case RelayStep.DiskIsFull:
                _loop.After(s_fullDiskPause, MoveOn);
                break;
            case RelayStep.SinkFailed:
                (_isDiscarding, _rest) = (true, default);
                _failed(errno);
                MoveOn();
                break;
            case RelayStep.Ended:
                Dispose();
                _ended();
                break;
            default:
                MoveOn();
                break;
        }
    }

    /// <summary>On a worker.</summary>
    private RelayStep Move(out Errno errno)
    {
        errno = Errno.None;
        if (_buffer.Length == 0) _buffer = new byte[BufferSize];
        for (int i = 0; i < MovesInTurn; i++)
        {
            if (_rest.Length == 0)
            {
                if (!Files.TryRead(_source, _buffer, out int count, out Errno failure))
                    // EIO: the last process that had the terminal open has closed it.
                    return failure == Errno.EAGAIN ? RelayStep.SourceIsEmpty : RelayStep.Ended;
                if (count == 0) return RelayStep.Ended;
                if (!_isDiscarding) _rest = _buffer.AsMemory(0, count);
            }

            if (_rest.Length == 0) continue;
            // After a part the next attempt tells why it was no more.
            if (Files.TryWrite(_file, _rest.Span, out int written, out errno)) _rest = _rest[written..];
            else return errno is Errno.ENOSPC or Errno.EDQUOT ? RelayStep.DiskIsFull : RelayStep.SinkFailed;
        }

        return RelayStep.Moved;
    }

    private void Close()
    {
        _source.Dispose();
        _file.Dispose();
    }
}
