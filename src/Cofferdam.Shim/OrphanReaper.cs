using Cofferdam.Linux;

namespace Cofferdam.Shim;

/// <summary>
/// Reaps the orphans of containers: as subreaper the shim is given what a container's init leaves behind, and what a hook or
/// another runtime left running.
/// </summary>
internal sealed class OrphanReaper
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private readonly EventLoop _loop;
    private bool _isWaiting;

    public OrphanReaper(EventLoop loop) => _loop = loop;

    /// <summary>Called for SIGCHLD, on the loop's thread.</summary>
    public void Reap()
    {
        OrphanResult result;
        do result = OwnChildren.TryReapOrphan();
        while (result == OrphanResult.Reaped);
        if (result != OrphanResult.OwnedFirst || _isWaiting) return;
        _isWaiting = true;
        _loop.After(s_pause, () =>
        {
            _isWaiting = false;
            Reap();
        });
    }
}
