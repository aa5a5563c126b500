using Cofferdam.Cgroups;
using Cofferdam.Linux;

namespace Cofferdam.Containers.State;

/// <summary>Tells what a record's processes are doing now. A pid counts only together with its start time.</summary>
internal static class Liveness
{
    /// <summary>Whether init runs; a zombie does not.</summary>
    public static bool InitLives(StoredState state) => Lives(state.Pid, state.StartTime);

    /// <summary>Opens init by pidfd, or answers null when it has ended.</summary>
    public static OwnedFd? OpenInit(StoredState state)
    {
        if (state.Pid <= 0 || !Processes.TryOpenPidfd(state.Pid, out OwnedFd? pidfd, out _)) return null;
        // Checked after the open: if the pid still is init's, so was it then.
        if (InitLives(state)) return pidfd;
        pidfd.Dispose();
        return null;
    }

    /// <summary>The status that the record, the fifo, the processes and the freezer add up to.</summary>
    public static ContainerStatus StatusOf(StoredState state, StateDirectory directory, ICgroup cgroup)
    {
        if (!state.Complete)
        {
            // What a dead creator left is stopped, even if init has not yet noticed: delete removes it.
            return Lives(state.CreatorPid, state.CreatorStartTime) ? ContainerStatus.Creating : ContainerStatus.Stopped;
        }

        if (!InitLives(state)) return ContainerStatus.Stopped;
        if (IsFrozen(cgroup)) return ContainerStatus.Paused;
        return directory.HasFifo ? ContainerStatus.Created : ContainerStatus.Running;
    }

    /// <summary>Whether the cgroup is frozen, or about to be; one that is being removed is not.</summary>
    public static bool IsFrozen(ICgroup cgroup)
    {
        try
        {
            return cgroup.ReadFreezerState() is FreezerState.Frozen or FreezerState.Freezing;
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENODEV)
        {
            return false;
        }
    }

    private static bool Lives(int pid, ulong startTime) =>
        pid > 0 && ProcFs.TryReadStat(pid, out ProcStat stat) && stat.StartTime == startTime && !stat.HasEnded;
}
