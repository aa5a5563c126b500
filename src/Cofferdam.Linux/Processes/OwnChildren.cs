using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>
/// Which children of this process somebody here waits for. All others are orphans that a subreaper was given (prctl(2)
/// PR_SET_CHILD_SUBREAPER), and which it must reap without taking an exit status from whoever waits for it.
/// </summary>
public static class OwnChildren
{
    private static readonly Lock s_lock = new();
    private static readonly HashSet<int> s_known = [];
    private static int s_expected;

    /// <summary>
    /// Announces a child that this process is about to make. Until the result is disposed no unknown child is taken for an
    /// orphan: it may be the new one, ended before its number was known.
    /// </summary>
    public static ExpectedChild Expect()
    {
        lock (s_lock) s_expected++;
        return new ExpectedChild();
    }

    /// <summary>Says that somebody here will wait for a child; ends when it is waited for.</summary>
    public static void Add(int pid)
    {
        lock (s_lock) s_known.Add(pid);
    }

    /// <summary>Reaps one ended child that nobody here waits for, without waiting.</summary>
    public static OrphanResult TryReapOrphan()
    {
        lock (s_lock)
        {
            if (!Processes.TryPeekEndedChild(out int pid)) return OrphanResult.None;
            // The kernel shows always the same one first, so what is behind it must wait for its owner.
            if (s_expected > 0 || s_known.Contains(pid)) return OrphanResult.OwnedFirst;
            Processes.ReapUnlessGone(pid);
            return OrphanResult.Reaped;
        }
    }

    internal static void Forget(int pid)
    {
        lock (s_lock) s_known.Remove(pid);
    }

    internal static void EndExpectation()
    {
        lock (s_lock) s_expected--;
    }
}
