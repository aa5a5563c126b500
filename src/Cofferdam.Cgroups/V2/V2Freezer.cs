using Cofferdam.Linux;

namespace Cofferdam.Cgroups.V2;

/// <summary>Stopping all processes at once: cgroup.freeze (Linux 5.2).</summary>
internal static class V2Freezer
{
    /// <summary>What was asked for; what has come of it is in cgroup.events.</summary>
    public const string RequestFile = "cgroup.freeze";

    // Every process stops at its next return to user space; one in uninterruptible sleep takes as long as that.
    private static TimeSpan FreezeLimit => TimeSpan.FromSeconds(10);

    // How long a state that is about to change is waited for.
    private static TimeSpan StateLimit => TimeSpan.FromMilliseconds(100);

    /// <summary>Returns when everything is frozen, or thaws again and throws.</summary>
    public static void Freeze(V2Directory directory)
    {
        Request(directory, "1", "freezing");
        bool frozen = false;
        try
        {
            using V2Events? events = V2Events.TryOpen(directory);
            frozen = events is not null && events.WaitUntilFrozen(FreezeLimit);
        }
        finally
        {
            // A cgroup that is half frozen would hang its processes, and those that wait for them, for no visible reason.
            if (!frozen) directory.TryWrite(RequestFile, "0", out _);
        }

        if (!frozen)
        {
            throw new CofferdamException(
                ErrorKind.DeadlineExceeded, $"freezing cgroup '{directory.Path}': processes are not frozen after {FreezeLimit.TotalSeconds} s (hint: one may be in uninterruptible sleep)");
        }
    }

    public static void Thaw(V2Directory directory) => Request(directory, "0", "thawing");

    /// <summary>
    /// What the cgroup itself was asked to be: one that is frozen only because a cgroup above it is counts as thawed, since
    /// thawing it would change nothing.
    /// </summary>
    public static FreezerState ReadState(V2Directory directory)
    {
        if (directory.TryRead(RequestFile) is not { } request) return FreezerState.Undefined;
        if (request != "1") return FreezerState.Thawed;
        using V2Events? events = V2Events.TryOpen(directory);
        if (events is null) return FreezerState.Undefined;
        return events.WaitUntilFrozen(StateLimit) ? FreezerState.Frozen : FreezerState.Freezing;
    }

    private static void Request(V2Directory directory, string value, string what)
    {
        string? hint = null;
        if (directory.TryWrite(RequestFile, value, out Errno errno)) return;
        if (errno == Errno.ENOENT) hint = "needs Linux 5.2";
        throw CgroupErrors.Write(what, directory[RequestFile], value, errno, hint);
    }
}
