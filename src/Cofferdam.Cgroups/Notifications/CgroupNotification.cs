using Cofferdam.Linux;

namespace Cofferdam.Cgroups;

/// <summary>
/// A registration with the kernel that ends when it is disposed: poll(2) of <see cref="File"/> reports
/// <see cref="Events"/> when something happened, or when the cgroup is removed. Any number may be open at once.
/// </summary>
/// <param name="file">What to wait for; owned by this object.</param>
/// <param name="events">What poll(2) must be asked for.</param>
public abstract class CgroupNotification(OwnedFd file, PollEvents events) : IDisposable
{
    /// <summary>The descriptor to wait for.</summary>
    public OwnedFd File { get; } = file;

    /// <summary>
    /// What to ask poll(2) for: <see cref="PollEvents.Readable"/> for the eventfd(2) of cgroup v1,
    /// <see cref="PollEvents.Priority"/> for the files of cgroup v2, which are readable at all times.
    /// </summary>
    public PollEvents Events { get; } = events;

    /// <summary>The entry for <see cref="Poll.Wait"/>.</summary>
    public PollItem PollItem => new(File, Events);

    /// <summary>Takes what was reported, so that the next wait waits for the next.</summary>
    /// <returns>Whether it was what was asked for; the files of cgroup v2 report more than that.</returns>
    public abstract bool Take();

    /// <summary>Waits until something is reported.</summary>
    /// <param name="timeout">How long at most; null for ever.</param>
    /// <returns>False when the time is over.</returns>
    public bool Wait(TimeSpan? timeout = null)
    {
        PollItem item = PollItem;
        return Poll.Wait(new Span<PollItem>(ref item), timeout) > 0;
    }

    /// <summary>Ends the registration.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>See <see cref="Dispose()"/>.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) File.Dispose();
    }
}
