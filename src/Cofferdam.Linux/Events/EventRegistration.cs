namespace Cofferdam.Linux;

/// <summary>A descriptor that an <see cref="EventLoop"/> waits for, until this is disposed.</summary>
public sealed class EventRegistration : IDisposable
{
    private readonly EventLoop _loop;

    internal EventRegistration(EventLoop loop, OwnedFd file, long token, Action<PollEvents> ready)
    {
        _loop = loop;
        File = file;
        Token = token;
        Ready = ready;
    }

    internal OwnedFd File { get; }

    internal long Token { get; }

    internal Action<PollEvents> Ready { get; }

    /// <summary>Waits for other events from now on.</summary>
    public void Change(PollEvents events) => _loop.Change(this, events);

    /// <summary>Stops waiting; a callback that runs on the loop meanwhile ends by itself. The descriptor stays open.</summary>
    public void Dispose() => _loop.Remove(this);
}
