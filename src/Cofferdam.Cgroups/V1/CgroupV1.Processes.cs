using Cofferdam.Linux;

namespace Cofferdam.Cgroups.V1;

// Who is in the cgroup, and how they get in and out.
internal sealed partial class CgroupV1
{
    private const int SIGKILL = 9;

    // The kernel refuses to move a task that another CPU has not yet finished making.
    private const int NewTaskAttempts = 5;

    // Which hierarchy to ask: one in which a container without a cgroup mount cannot have moved anything, and that the kernel
    // needs for the operation itself.
    private static string[] ProcessControllers => ["freezer", "devices", "pids", "memory", "cpu"];

    public CgroupEntry OpenEntry(IReadOnlyList<string>? subCgroups = null)
    {
        Dictionary<string, string> paths = SubCgroups.Resolve(_paths, subCgroups);
        List<OwnedFd> files = [];
        try
        {
            foreach ((string path, bool isUnified) in Distinct(paths))
            {
                // A hybrid host's v2 hierarchy has no controllers, and moving in there waits for RCU.
                if (isUnified) continue;
                if (Files.TryOpen(path + "/tasks", OpenFlags.WriteOnly, out OwnedFd? opened, out Errno errno)) files.Add(opened);
                else if (!MayMiss(path, errno)) throw EntryRefused(path, errno);
            }

            return new CgroupEntry(files, null);
        }
        catch
        {
            new CgroupEntry(files, null).Dispose();
            throw;
        }
    }

    public void Attach(int pid, IReadOnlyList<string>? subCgroups = null)
    {
        foreach ((string path, _) in Distinct(SubCgroups.Resolve(_paths, subCgroups)))
        {
            if (!TryAttach(path, pid, out Errno errno) && !MayMiss(path, errno)) throw EntryRefused(path, errno, pid);
        }
    }

    public IReadOnlyList<int> ReadProcesses(bool recursive = true) => CgroupTree.Processes(ProcessDirectory(), recursive);

    public void Freeze() => V1Freezer.Freeze(FreezerDirectory());

    public void Thaw() => V1Freezer.Thaw(FreezerDirectory());

    public FreezerState ReadFreezerState() => Directory("freezer") is { } directory ? V1Freezer.ReadState(directory) : FreezerState.Undefined;

    public void KillAll(int signal)
    {
        string directory = ProcessDirectory();
        bool wasFrozen = ReadFreezerState() == FreezerState.Frozen;
        bool isFrozen = wasFrozen || TryFreeze();
        try
        {
            CgroupSignals.SendAll(directory, signal, isFrozen);
        }
        finally
        {
            // A frozen process dies only when it is thawed; other signals wait for whoever paused the container.
            if (_paths.TryGetValue("freezer", out string? freezer))
            {
                if (signal == SIGKILL) V1Freezer.ThawTree(freezer);
                else if (!wasFrozen) new V1Directory(freezer).TryWrite("freezer.state", "THAWED", out _);
            }
        }
    }

    // Killing must work where freezing does not: without a freezer, and with a process in uninterruptible sleep.
    private bool TryFreeze()
    {
        if (Directory("freezer") is not { } freezer) return false;
        try
        {
            V1Freezer.Freeze(freezer);
            return true;
        }
        catch (CofferdamException)
        {
            return false;
        }
    }

    private static bool TryAttach(string path, int pid, out Errno errno)
    {
        string file = path + "/cgroup.procs";
        for (int attempt = 1; ; attempt++)
        {
            if (Files.TryWrite(file, pid.ToString(), out errno)) return true;
            if (errno != Errno.EINVAL || attempt >= NewTaskAttempts) return false;
            Poll.Wait([], TimeSpan.FromMilliseconds(attempt));
        }
    }

    private static List<(string Path, bool IsUnified)> Distinct(Dictionary<string, string> paths)
    {
        List<(string Path, bool IsUnified)> distinct = new(paths.Count);
        foreach ((string controller, string path) in paths)
        {
            if (!distinct.Contains((path, controller.Length == 0))) distinct.Add((path, controller.Length == 0));
        }

        return distinct;
    }

    private string ProcessDirectory()
    {
        foreach (string controller in ProcessControllers)
        {
            if (_paths.TryGetValue(controller, out string? path)) return path;
        }

        foreach (string path in _paths.Values) return path;
        throw NoCgroup("listing processes");
    }

    private V1Directory FreezerDirectory() => Directory("freezer") ?? throw NoCgroup("freezing");

    private static CofferdamException EntryRefused(string path, Errno errno, int? pid = null)
    {
        string who = pid is { } number ? $"process {number} " : "";
        string hint = errno switch
        {
            Errno.ENOSPC => " (hint: cpuset.cpus or cpuset.mems is empty)",
            Errno.EINVAL => " (hint: a real-time process needs linux.resources.cpu.realtimeRuntime)",
            _ => "",
        };
        return new CofferdamException(CgroupErrors.KindOf(errno), $"moving {who}into cgroup '{path}': {errno.Describe()}{hint}");
    }

    private static CofferdamException NoCgroup(string operation) =>
        new(ErrorKind.FailedPrecondition, $"{operation}: the container has no cgroup for that");
}
