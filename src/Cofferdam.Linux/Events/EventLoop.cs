using System.Diagnostics;

namespace Cofferdam.Linux;

/// <summary>
/// One thread that waits for descriptors, timers and posted work, and calls what was registered for them (epoll(7)). Made for
/// servers that should cost little while they wait: no thread pool, no tasks.
/// </summary>
/// <remarks>
/// Everything may be registered from any thread; callbacks run on the thread that called <see cref="Run"/>, one at a time, and
/// must not wait. An exception of a callback ends <see cref="Run"/>, unless <see cref="CallbackFailed"/> takes it.
/// </remarks>
public sealed class EventLoop : IDisposable
{
    private const long WakeToken = 0;

    private readonly Lock _lock = new();
    private readonly Epoll _epoll = new();
    private readonly OwnedFd _wake = EventFds.Create(nonBlocking: true);
    private readonly Dictionary<long, EventRegistration> _registrations = [];
    private readonly List<EventTimer> _timers = [];
    private readonly List<Action> _posted = [];
    private long _nextToken = WakeToken + 1;
    private int _thread;
    private bool _stopping;

    public EventLoop() => _epoll.Add(_wake, PollEvents.Readable, WakeToken);

    /// <summary>True on the thread that runs the loop.</summary>
    public bool IsCurrent => _thread == Environment.CurrentManagedThreadId;

    /// <summary>
    /// Takes exceptions of callbacks, for servers in which one client's or container's trouble must not be that of all others.
    /// </summary>
    public Action<Exception>? CallbackFailed { get; set; }

    /// <summary>Calls <paramref name="ready"/> whenever one of <paramref name="events"/> is there (level-triggered), or the descriptor failed or hung up.</summary>
    /// <param name="file">Stays the caller's, who disposes of the registration before closing it.</param>
    /// <param name="events">What to wait for; none waits for failure and hang-up alone.</param>
    /// <param name="ready">Gets what is there.</param>
    /// <exception cref="LinuxException">EPERM: a descriptor that is always ready, such as a regular file's.</exception>
    public EventRegistration Watch(OwnedFd file, PollEvents events, Action<PollEvents> ready)
    {
        lock (_lock)
        {
            // Numbers are never used again: what was ready before a registration ended must not call another.
            EventRegistration registration = new(this, file, _nextToken++, ready);
            _epoll.Add(file, events, registration.Token);
            _registrations.Add(registration.Token, registration);
            return registration;
        }
    }

    /// <summary>Calls <paramref name="action"/> once, soon; in the order of the posts.</summary>
    public void Post(Action action)
    {
        lock (_lock)
        {
            _posted.Add(action);
            if (_posted.Count == 1) EventFds.Add(_wake);
        }
    }

    /// <summary>Calls <paramref name="action"/> once, after <paramref name="delay"/>.</summary>
    /// <returns>The timer; disposing of it before that cancels it.</returns>
    public EventTimer After(TimeSpan delay, Action action)
    {
        EventTimer timer = new(this, Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency), action);
        lock (_lock) _timers.Add(timer);
        if (!IsCurrent) EventFds.Add(_wake);
        return timer;
    }

    /// <summary>Runs the loop on the calling thread until <see cref="Stop"/> is called.</summary>
    public void Run()
    {
        _thread = Environment.CurrentManagedThreadId;
        Span<EpollReady> ready = stackalloc EpollReady[Epoll.Capacity];
        while (!Volatile.Read(ref _stopping))
        {
            int count = _epoll.Wait(ready, UntilNextTimer());
            RunTimers();
            foreach (EpollReady one in ready[..count])
            {
                if (one.Token == WakeToken) RunPosted();
                else if (Find(one.Token) is { } registration) Call(static (r, events) => r.Ready(events), registration, one.Events);
            }
        }
    }

    /// <summary>Lets <see cref="Run"/> return after the callback that runs now.</summary>
    public void Stop()
    {
        Volatile.Write(ref _stopping, true);
        EventFds.Add(_wake);
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _wake.Dispose();
    }

    internal void Change(EventRegistration registration, PollEvents events)
    {
        lock (_lock)
        {
            if (_registrations.ContainsKey(registration.Token)) _epoll.Modify(registration.File, events, registration.Token);
        }
    }

    internal void Remove(EventRegistration registration)
    {
        lock (_lock)
        {
            if (_registrations.Remove(registration.Token)) _epoll.Remove(registration.File);
        }
    }

    internal void Remove(EventTimer timer)
    {
        lock (_lock) _timers.Remove(timer);
    }

    private EventRegistration? Find(long token)
    {
        lock (_lock) return _registrations.GetValueOrDefault(token);
    }

    private void RunPosted()
    {
        Action[] actions;
        lock (_lock)
        {
            EventFds.Take(_wake);
            actions = [.. _posted];
            _posted.Clear();
        }

        foreach (Action action in actions) Call(static (a, _) => a(), action, PollEvents.None);
    }

    private void Call<T>(Action<T, PollEvents> callback, T target, PollEvents events)
    {
        try
        {
            callback(target, events);
        }
        catch (Exception e) when (CallbackFailed is not null)
        {
            CallbackFailed(e);
        }
    }

    private TimeSpan? UntilNextTimer()
    {
        lock (_lock)
        {
            if (_timers.Count == 0) return null;
            long first = long.MaxValue;
            foreach (EventTimer timer in _timers) first = Math.Min(first, timer.Due);
            long now = Stopwatch.GetTimestamp();
            return first <= now ? TimeSpan.Zero : Stopwatch.GetElapsedTime(now, first);
        }
    }

    private void RunTimers()
    {
        while (TakeDueTimer() is { } due) Call(static (timer, _) => timer.Action(), due, PollEvents.None);
    }

    private EventTimer? TakeDueTimer()
    {
        lock (_lock)
        {
            if (_timers.Count == 0) return null;
            EventTimer first = _timers[0];
            foreach (EventTimer timer in _timers)
                if (timer.Due < first.Due) first = timer;
            if (first.Due > Stopwatch.GetTimestamp()) return null;
            _timers.Remove(first);
            return first;
        }
    }
}
