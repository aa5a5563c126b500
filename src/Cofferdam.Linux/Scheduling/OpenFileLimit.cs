namespace Cofferdam.Linux;

/// <summary>
/// RLIMIT_NOFILE of a server: it may need more descriptors than the usual soft limit of 1024 lets it have, which programs that
/// it starts must get all the same: select(2) knows no more, and some close all that there may be, one by one.
/// </summary>
public static class OpenFileLimit
{
    private const int Resource = 7;

    // While the limit is that of a child, this many descriptors must be left for the other threads.
    private const ulong Reserve = 256;
    private static readonly Lock s_lowering = new();

    /// <summary>What children get: the limit before <see cref="Lift"/>; null where nothing was raised.</summary>
    public static ResourceLimit? OfChildren { get; private set; }

    /// <summary>Raises the soft limit of this process to the hard one, if the kernel lets it. Once, before there is a child.</summary>
    public static void Lift()
    {
        ResourceLimit limit = ResourceLimits.Read(0, Resource);
        if (limit.Soft == limit.Hard) return;
        // EPERM even for root: the hard limit is above fs.nr_open, which was lowered after it was set. The server has what it had.
        if (TrySet(0, limit with { Soft = limit.Hard })) OfChildren = limit;
    }

    /// <summary>
    /// Before a child is started: lowers the limit of this process to that of children, which is the only way past
    /// posix_spawn(3). <see cref="EndSpawn"/> must follow, soon and on the same thread.
    /// </summary>
    /// <returns>False where that was not done; then <see cref="GiveBack"/> must follow.</returns>
    internal static bool BeginSpawn()
    {
        if (OfChildren is not { } limit) return false;
        s_lowering.Enter();
        bool isLowered = HasRoomBelow(limit.Soft) && TrySet(0, limit);
        if (!isLowered) s_lowering.Exit();
        return isLowered;
    }

    internal static void EndSpawn(bool isLowered)
    {
        if (!isLowered) return;
        TrySet(0, OfChildren!.Value with { Soft = OfChildren.Value.Hard });
        s_lowering.Exit();
    }

    /// <summary>Lowers the limit of a child that has begun already: where so many descriptors are open that other threads would suffer.</summary>
    internal static void GiveBack(int pid)
    {
        if (OfChildren is { } limit) TrySet(pid, limit);
    }

    private static bool HasRoomBelow(ulong soft)
    {
        try
        {
            // Those above the limit are counted, too: better too many.
            return (ulong)Files.ReadDirectory("/proc/self/fd").Count + Reserve < soft;
        }
        catch (LinuxException)
        {
            // No descriptor is left for that.
            return false;
        }
    }

    private static bool TrySet(int pid, ResourceLimit limit)
    {
        try
        {
            ResourceLimits.Set(pid, Resource, limit);
            return true;
        }
        catch (LinuxException)
        {
            // A child that has ended, or fs.nr_open as above: neither is a reason not to start a program.
            return false;
        }
    }
}
