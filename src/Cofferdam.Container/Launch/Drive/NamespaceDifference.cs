using Cofferdam.Containers.Init;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>Which namespaces of a process differ from ours: joining one that is already in use is refused for some kinds.</summary>
internal static class NamespaceDifference
{
    /// <summary>CLONE_NEW* of the namespaces in which process <paramref name="pid"/> differs.</summary>
    public static long With(int pid)
    {
        long flags = 0;
        flags |= Compare(pid, "user", Abi.CLONE_NEWUSER);
        flags |= Compare(pid, "mnt", Abi.CLONE_NEWNS);
        flags |= Compare(pid, "pid", Abi.CLONE_NEWPID);
        flags |= Compare(pid, "net", Abi.CLONE_NEWNET);
        flags |= Compare(pid, "ipc", Abi.CLONE_NEWIPC);
        flags |= Compare(pid, "uts", Abi.CLONE_NEWUTS);
        flags |= Compare(pid, "cgroup", Abi.CLONE_NEWCGROUP);
        flags |= Compare(pid, "time", Abi.CLONE_NEWTIME);
        return flags;
    }

    private static long Compare(int pid, string name, long flag)
    {
        // Kernels before 5.6 have no time namespace, and then both lack the file.
        if (!Files.TryStat($"/proc/self/ns/{name}", out FileStatus own, out _)) return 0;
        return own.IsSameFile(Files.Stat($"/proc/{pid}/ns/{name}")) ? 0 : flag;
    }
}
