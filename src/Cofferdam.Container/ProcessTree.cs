using Cofferdam.Linux;

namespace Cofferdam.Containers;

/// <summary>A process and its descendants, as /proc shows them: who was orphaned is not among them.</summary>
internal static class ProcessTree
{
    /// <summary>The pids, <paramref name="root"/> first.</summary>
    public static List<int> From(int root)
    {
        List<int> found = [root];
        for (int i = 0; i < found.Count; i++)
        {
            try
            {
                found.AddRange(ProcFs.ReadChildren(found[i]));
            }
            catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ESRCH)
            {
                // It has ended since its parent named it.
            }
        }

        return found;
    }

    /// <summary>Kills all of them, parents first, so that none is left to start more.</summary>
    public static void Kill(int root)
    {
        List<OwnedFd> handles = [];
        foreach (int pid in From(root))
        {
            if (Processes.TryOpenPidfd(pid, out OwnedFd? handle, out _)) handles.Add(handle);
        }

        foreach (OwnedFd handle in handles)
        {
            using (handle) Processes.TrySendSignal(handle, Signals.Kill, out _);
        }
    }
}
