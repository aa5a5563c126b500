using System.Runtime.CompilerServices;
using Cofferdam.Cgroups;
using Cofferdam.Linux;

namespace Cofferdam.Containers;

/// <summary>
/// Tells when a container runs out of memory, or is under memory pressure, until it has stopped. Any number may watch the
/// same container, from any process; one object is for one thread at a time.
/// </summary>
/// <remarks>
/// Made by <see cref="Container.WatchOom"/> and <see cref="Container.WatchMemoryPressure"/>. From then on nothing is missed:
/// what kills the container's own init is told before the end. Several kills that come together may make one notice;
/// <see cref="OomReport.Kills"/> counts them.
/// </remarks>
public sealed class MemoryWatch : IDisposable
{
    // The notice of cgroup v1 comes before the kill. What waits for memory with the OOM killer off is never killed.
    private static readonly TimeSpan _killLimit = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _killStep = TimeSpan.FromMilliseconds(5);

    private readonly ICgroup _cgroup;
    private readonly CgroupNotification _notification;
    private readonly OwnedFd? _init;
    private readonly bool _isOom;
    private readonly OomLog? _log;
    private readonly ulong _killsBefore;
    private ulong _toldKills;

    internal MemoryWatch(ICgroup cgroup, CgroupNotification notification, OwnedFd? init, bool isOom)
    {
        _cgroup = cgroup;
        _notification = notification;
        _init = init;
        _isOom = isOom;
        if (!isOom) return;
        _toldKills = _killsBefore = OomInvestigation.CountKills(cgroup.Paths);
        if (cgroup.Unit is not null) _log = OomLog.Begin();
    }

    /// <summary>Whether the container has stopped; then nothing more comes.</summary>
    public bool Ended { get; private set; }

    /// <summary>Waits for the next notice.</summary>
    /// <param name="timeout">How long at most; null for ever.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null when the time is over, or nothing more will come: <see cref="Ended"/>.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public MemoryNotice? Wait(TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        if (!cancellation.CanBeCanceled) return Wait(timeout, null, cancellation);
        using OwnedFd cancelled = EventFds.Create();
        using CancellationTokenRegistration registration = cancellation.Register(static fd => EventFds.Add((OwnedFd)fd!), cancelled);
        return Wait(timeout, cancelled, cancellation);
    }

    /// <summary>All notices until the container has stopped. Each wait takes a thread.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    public async IAsyncEnumerable<MemoryNotice> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (!Ended)
        {
            MemoryNotice? notice = await Task.Factory
                .StartNew(() => Wait(null, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .ConfigureAwait(false);
            if (notice is not null) yield return notice;
        }
    }

    /// <summary>Ends the watch.</summary>
    public void Dispose()
    {
        _notification.Dispose();
        _init?.Dispose();
        _log?.Dispose();
    }

    private MemoryNotice? Wait(TimeSpan? timeout, OwnedFd? cancelled, CancellationToken cancellation)
    {
        if (Ended) return null;
        long start = Environment.TickCount64;
        List<PollItem> wanted = [_notification.PollItem];
        if (_init is not null) wanted.Add(new PollItem(_init, PollEvents.Readable));
        if (cancelled is not null) wanted.Add(new PollItem(cancelled, PollEvents.Readable));
        PollItem[] items = [.. wanted];
        while (true)
        {
            TimeSpan? left = timeout - TimeSpan.FromMilliseconds(Environment.TickCount64 - start);
            if (Poll.Wait(items, left) == 0) return null;
            cancellation.ThrowIfCancellationRequested();
            if (items[0].Ready != PollEvents.None && _notification.Take() && _cgroup.Exists())
            {
                if (!_isOom) return new MemoryNotice(DateTimeOffset.UtcNow, null);
                if (Report() is { } report) return new MemoryNotice(DateTimeOffset.UtcNow, report);
            }

            if (HasEnded(items))
            {
                Ended = true;
                return _isOom && Kills() > _toldKills && Report() is { } last ? new MemoryNotice(DateTimeOffset.UtcNow, last) : null;
            }
        }
    }

    private bool HasEnded(PollItem[] items) => !_cgroup.Exists() || (_init is not null && items[1].Ready != PollEvents.None);

    /// <summary>Waits for the kill that follows, so that the report can name the victim.</summary>
    private OomReport? Report()
    {
        long start = Environment.TickCount64;
        while (Kills() <= _toldKills && Environment.TickCount64 - start < _killLimit.TotalMilliseconds)
        {
            if (_init is null || Poll.UntilReadable(_init, _killStep)) break;
        }

        OomReport? report = OomInvestigation.Read(_cgroup.Paths) ?? ReadLog();
        if (report is not null) _toldKills = report.Kills;
        return report;
    }

    private ulong Kills() => Math.Max(OomInvestigation.CountKills(_cgroup.Paths), ReadLog()?.Kills ?? 0);

    // The log is read from the beginning of the watch, and the counters count from that of the container.
    private OomReport? ReadLog() =>
        _log?.Read(_cgroup.Paths) is { } report ? report with { Kills = _killsBefore + report.Kills } : null;
}
