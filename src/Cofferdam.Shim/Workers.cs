using Cofferdam.Linux;

namespace Cofferdam.Shim;

/// <summary>
/// Threads for what may wait: launches, hooks, CRIU. A few do for almost everything; when what is next has waited for a while,
/// because others are stuck (an exec into a paused container waits for the resume), one more is started. Idle ones end.
/// </summary>
internal sealed class Workers
{
    private const int Usual = 2;
    private const int Most = 256;
    private const int StackSize = 256 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_idleLimit = TimeSpan.FromSeconds(5);

    private readonly object _lock = new();
    private readonly Queue<Action> _queue = new();
    private readonly EventLoop _loop;
    private readonly Action<Exception> _failed;
    private int _threads;
    private int _idle;
    private bool _isWatched;

    /// <param name="loop">For its clock.</param>
    /// <param name="failed">Takes exceptions of what runs here: they are not meant to come this far, and must not end the program.</param>
    public Workers(EventLoop loop, Action<Exception> failed)
    {
        _loop = loop;
        _failed = failed;
    }

    /// <summary>Runs <paramref name="action"/> on one of the threads.</summary>
    public void Run(Action action)
    {
        bool watch = false;
        lock (_lock)
        {
            _queue.Enqueue(action);
            if (_idle >= _queue.Count) Monitor.Pulse(_lock);
            else if ((_threads >= Usual || !TryStartThread()) && !_isWatched) watch = _isWatched = true;
        }

        if (watch) _loop.After(s_patience, AddThreadIfStuck);
    }

    private void AddThreadIfStuck()
    {
        lock (_lock)
        {
            if (_queue.Count <= _idle)
            {
                _isWatched = false;
                return;
            }

            if (_threads < Most) TryStartThread();
        }

        _loop.After(s_patience, AddThreadIfStuck);
    }

    private bool TryStartThread()
    {
        try
        {
            new Thread(Work, StackSize) { IsBackground = true, Name = "worker" }.Start();
            _threads++;
            return true;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            // No more processes or memory for now: those that exist work on, and the timer tries again.
            _failed(e);
            return false;
        }
    }

    private void Work()
    {
        while (Take() is { } action)
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                _failed(e);
            }
        }
    }

    private Action? Take()
    {
        lock (_lock)
        {
            _idle++;
            try
            {
                while (_queue.Count == 0)
                {
                    if (!Monitor.Wait(_lock, s_idleLimit) && _queue.Count == 0)
                    {
                        _threads--;
                        return null;
                    }
                }

                return _queue.Dequeue();
            }
            finally
            {
                _idle--;
            }
        }
    }
}
