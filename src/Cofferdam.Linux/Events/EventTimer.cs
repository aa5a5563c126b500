namespace Cofferdam.Linux;

/// <summary>Something that an <see cref="EventLoop"/> does later, unless this is disposed before.</summary>
public sealed class EventTimer : IDisposable
{
    private readonly EventLoop _loop;

    internal EventTimer(EventLoop loop, long due, Action action)
    {
        _loop = loop;
        Due = due;
        Action = action;
    }

    /// <summary>As a time stamp of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    internal long Due { get; }

    internal Action Action { get; }

    /// <summary>Cancels it.</summary>
    public void Dispose() => _loop.Remove(this);
}
