using System.Diagnostics;
using Cofferdam.Linux;

namespace Cofferdam.Cgroups.V2;

// Who is in the cgroup, and how they get in and out.
internal sealed partial class CgroupV2
{
    private const int SIGKILL = 9;

    // The kernel refuses to move a task that another CPU has not yet finished making.
    private const int NewTaskAttempts = 5;

    private static TimeSpan RemovalLimit => TimeSpan.FromSeconds(10);

    public CgroupEntry OpenEntry(IReadOnlyList<string>? subCgroups = null)
    {
        if (_path is null && subCgroups is null or { Count: 0 }) return new CgroupEntry([], null);
        string path = PathOf(subCgroups);
        if (Files.TryOpen(path, OpenFlags.Path | OpenFlags.Directory, out OwnedFd? directory, out Errno errno)) return new CgroupEntry([], directory);
        throw EntryRefused(path, errno);
    }

    public void Attach(int pid, IReadOnlyList<string>? subCgroups = null)
    {
        if (_path is null && subCgroups is null or { Count: 0 }) return;
        string path = PathOf(subCgroups);
        for (int attempt = 1; !Files.TryWrite(path + "/cgroup.procs", pid.ToString(), out Errno errno); attempt++)
        {
            if (errno != Errno.EINVAL || attempt >= NewTaskAttempts) throw EntryRefused(path, errno, pid);
            Poll.Wait([], TimeSpan.FromMilliseconds(attempt));
        }
    }

    public IReadOnlyList<int> ReadProcesses(bool recursive = true) => CgroupTree.Processes(Require("listing processes"), recursive);

    public void Freeze()
    {
        using V2Directory directory = V2Directory.Open(Require("freezing"));
        V2Freezer.Freeze(directory);
    }

    public void Thaw()
    {
        using V2Directory directory = V2Directory.Open(Require("thawing"));
        V2Freezer.Thaw(directory);
    }

    public FreezerState ReadFreezerState()
    {
        if (_path is null || !V2Directory.TryOpen(_path, out V2Directory? directory, out _)) return FreezerState.Undefined;
        using (directory) return V2Freezer.ReadState(directory);
    }

    public void KillAll(int signal)
    {
        string path = Require("signalling all processes");
        if (!V2Directory.TryOpen(path, out V2Directory? opened, out Errno errno))
        {
            // systemd removes a scope as soon as its last process ends.
            if (errno == Errno.ENOENT) return;
            throw new LinuxException("open", errno, path);
        }

        using V2Directory directory = opened;
        // Linux 5.14; not for threaded cgroups. It also reaches those that fork meanwhile, and the frozen.
        if (signal == SIGKILL && directory.TryWrite("cgroup.kill", "1", out _)) return;
        bool wasFrozen = V2Freezer.ReadState(directory) == FreezerState.Frozen;
        bool isFrozen = wasFrozen || TryFreeze(directory);
        try
        {
            CgroupSignals.SendAll(directory.Path, signal, isFrozen);
        }
        finally
        {
            // A SIGKILL ends frozen processes too; other signals wait for whoever paused the container.
            if (isFrozen && !wasFrozen) directory.TryWrite(V2Freezer.RequestFile, "0", out _);
        }
    }

    public void Remove()
    {
        if (_path is null) return;
        long start = Stopwatch.GetTimestamp();
        int pause = 0;
        while (!CgroupWalk.TryRemove(_path, out Errno errno))
        {
            if (errno != Errno.EBUSY) throw new CofferdamException(CgroupErrors.KindOf(errno), $"removing cgroup '{_path}': {errno.Describe()}");
            TimeSpan left = RemovalLimit - Stopwatch.GetElapsedTime(start);
            if (left > TimeSpan.Zero && WaitUntilEmpty(_path, left))
            {
                // Emptied means removable, unless somebody uses it again or makes others in it.
                Poll.Wait([], TimeSpan.FromMilliseconds(pause));
                pause = Math.Min(pause * 2 + 1, 50);
                continue;
            }

            List<int> pids = CgroupTree.Processes(_path, recursive: true);
            string who = pids.Count == 0 ? "" : $" (hint: still running: {string.Join(", ", pids)})";
            throw new CofferdamException(ErrorKind.FailedPrecondition, $"removing cgroup '{_path}': {errno.Describe()}{who}");
        }
    }

    private static bool WaitUntilEmpty(string path, TimeSpan limit)
    {
        if (!V2Directory.TryOpen(path, out V2Directory? directory, out _)) return true;
        using (directory)
        {
            using V2Events? events = V2Events.TryOpen(directory);
            return events is null || events.WaitUntilEmpty(limit);
        }
    }

    // Killing must work where freezing does not: on old kernels, and with a process in uninterruptible sleep.
    private static bool TryFreeze(V2Directory directory)
    {
        try
        {
            V2Freezer.Freeze(directory);
            return true;
        }
        catch (CofferdamException)
        {
            return false;
        }
    }

    private string PathOf(IReadOnlyList<string>? subCgroups)
    {
        Dictionary<string, string> own = new() { [UnifiedKey] = Require("entering") };
        return SubCgroups.Resolve(own, subCgroups)[UnifiedKey];
    }

    private static CofferdamException EntryRefused(string path, Errno errno, int? pid = null)
    {
        string who = pid is { } number ? $"process {number} " : "";
        string hint = errno switch
        {
            Errno.EBUSY => " (hint: it gives controllers to the cgroups below it, so it cannot hold processes; enter one of those)",
            Errno.EOPNOTSUPP => " (hint: it is below a threaded cgroup and not threaded itself)",
            Errno.EACCES => " (hint: the cgroup that holds both this one and the process's must be delegated to this user)",
            _ => "",
        };
        return new CofferdamException(CgroupErrors.KindOf(errno), $"moving {who}into cgroup '{path}': {errno.Describe()}{hint}");
    }
}
