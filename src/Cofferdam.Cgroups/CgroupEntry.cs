using Cofferdam.Linux;

namespace Cofferdam.Cgroups;

/// <summary>Open files by which a process that is being launched enters its cgroup by itself.</summary>
/// <remarks>
/// On v1 a thread that writes "0" to <c>tasks</c> moves itself, and only that: the kernel then skips
/// cgroup_threadgroup_rwsem (since 5.5), whose first taker waits for an RCU grace period. Measured on an idle host: 0.09 ms in
/// place of 7 to 10. A process with one thread so moves as a whole. The kernel checks the rights of who opened the file
/// (since 5.17; before, a process may always move itself), so this works from inside a new user namespace too. A new
/// cgroup namespace must be unshared after it, because its root is the cgroup of that moment.
/// </remarks>
public sealed class CgroupEntry(IReadOnlyList<OwnedFd> taskFiles, OwnedFd? cloneInto) : IDisposable
{
    /// <summary>v1: the process writes the byte "0" to each, once, while it has a single thread.</summary>
    public IReadOnlyList<OwnedFd> TaskFiles { get; } = taskFiles;

    /// <summary>
    /// v2: the directory for clone3's CLONE_INTO_CGROUP (5.7). Null on v1, also on a hybrid host, whose v2 hierarchy has no
    /// controllers.
    /// </summary>
    public OwnedFd? CloneInto { get; } = cloneInto;

    /// <summary>Whether these do not lead into all of it for a process that exec adds, which <see cref="ICgroup.Attach"/> must move.</summary>
    public bool NeedsAttach { get; init; }

    /// <summary>The v2 cgroup that a process is in now, wherever it moved itself.</summary>
    /// <param name="pid">The process, in the caller's pid namespace.</param>
    /// <exception cref="CofferdamException">FailedPrecondition: this process cannot see that cgroup.</exception>
    public static CgroupEntry OfProcess(int pid)
    {
        CgroupHost host = CgroupHost.Detect(pid);
        foreach (CgroupHierarchy hierarchy in host.Hierarchies)
        {
            if (hierarchy.IsUnified) return new CgroupEntry([], Files.Open(host.OwnDirectory(hierarchy), OpenFlags.Path | OpenFlags.Directory));
        }

        throw new CofferdamException(ErrorKind.FailedPrecondition, $"cgroup of process {pid}: no v2 hierarchy is mounted");
    }

    public void Dispose()
    {
        foreach (OwnedFd file in TaskFiles) file.Dispose();
        CloneInto?.Dispose();
    }
}
