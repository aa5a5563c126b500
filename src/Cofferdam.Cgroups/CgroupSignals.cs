using Cofferdam.Linux;

namespace Cofferdam.Cgroups;

/// <summary>Signals to all processes of a cgroup, one by one.</summary>
internal static class CgroupSignals
{
    private const int SIGKILL = 9;
    private const int KillRounds = 200;

    /// <summary>
    /// One round reaches everyone while nobody can fork. Otherwise a kill is repeated until nobody new turns up.
    /// </summary>
    /// <param name="directory">The cgroup; those below it are reached too.</param>
    /// <param name="signal">Its number.</param>
    /// <param name="isFrozen">Whether nobody can fork.</param>
    public static void SendAll(string directory, int signal, bool isFrozen)
    {
        HashSet<int> reached = [];
        int rounds = isFrozen || signal != SIGKILL ? 1 : KillRounds;
        while (rounds-- > 0 && SignalNew(directory, signal, reached))
        {
        }
    }

    // True when a process got the signal that had not got it before.
    private static bool SignalNew(string directory, int signal, HashSet<int> reached)
    {
        bool any = false;
        foreach (int pid in CgroupTree.Processes(directory, recursive: true))
        {
            if (!reached.Add(pid)) continue;
            if (Processes.TryKill(pid, signal, out Errno errno)) any = true;
            else if (errno != Errno.ESRCH) throw new LinuxException("kill", errno, pid.ToString());
        }

        return any;
    }
}
