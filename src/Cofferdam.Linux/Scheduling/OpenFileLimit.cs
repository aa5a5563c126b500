namespace Cofferdam.Linux;

/// <summary>
/// RLIMIT_NOFILE of a server: it may need more descriptors than the usual soft limit of 1024 lets it have, which programs that
/// it starts must get all the same: select(2) knows no more, and some close all that there may be, one by one.
/// </summary>
public static class OpenFileLimit
{
    private const int Resource = 7;

    /// <summary>What children get: the limit before <see cref="Lift"/>; null where nothing was raised.</summary>
    public static ResourceLimit? OfChildren { get; private set; }

    /// <summary>Raises the soft limit of this process to the hard one. Once, before there is a child.</summary>
    public static void Lift()
    {
        ResourceLimit limit = ResourceLimits.Read(0, Resource);
        if (limit.Soft == limit.Hard) return;
        ResourceLimits.Set(0, Resource, limit with { Soft = limit.Hard });
        OfChildren = limit;
    }

    /// <summary>Gives a child that was just started the limit that it would have without us; one that has ended is fine.</summary>
    internal static void GiveBack(int pid)
    {
        if (OfChildren is not { } limit) return;
        try
        {
            ResourceLimits.Set(pid, Resource, limit);
        }
        catch (LinuxException e) when (e.Errno == Errno.ESRCH)
        {
            // Its end is told to whoever waits.
        }
    }
}
