using Cofferdam.Linux;

namespace Cofferdam.Cgroups.Systemd;

// What systemd has no part in.
internal sealed partial class SystemdCgroup
{
    public CgroupEntry OpenEntry(IReadOnlyList<string>? subCgroups = null)
    {
        if (_unit.IsUser && IsUnified && !MayMoveHere()) return new CgroupEntry([], null) { NeedsAttach = true };
        CgroupEntry entry = _inner.OpenEntry(subCgroups);
        // On a hybrid host it is by the v2 hierarchy that systemd knows which unit a process belongs to, and ends with it.
        bool isHybrid = !IsUnified && Paths.ContainsKey("");
        return isHybrid ? new CgroupEntry(entry.TaskFiles, entry.CloneInto) { NeedsAttach = true } : entry;
    }

    public void Attach(int pid, IReadOnlyList<string>? subCgroups = null)
    {
        try
        {
            _inner.Attach(pid, subCgroups);
        }
        catch (CofferdamException e) when (e.Kind == ErrorKind.PermissionDenied && _unit.IsUser)
        {
            // From a login session's scope, which is root's, only systemd can move a process into the user's own tree.
            using SystemdBus bus = SystemdBus.Connect(_unit.IsUser, _limit);
            bus.Attach(_unit.Name, subCgroups is [var path, ..] ? "/" + path.Trim('/') : "", pid);
        }
    }

    // cgroup-v2.rst, "Delegation Containment": whoever moves a process may write to the nearest cgroup above both places.
    private bool MayMoveHere()
    {
        CgroupHost host = CgroupHost.Detect();
        string own = host.OwnDirectory(host.Hierarchies[^1]) + "/";
        string there = Paths[""] + "/";
        int common = own.AsSpan().CommonPrefixLength(there);
        string above = own[..own.AsSpan(0, common).LastIndexOf('/')];
        if (!Files.TryOpen(above + "/cgroup.procs", OpenFlags.WriteOnly, out OwnedFd? file, out _)) return false;
        file.Dispose();
        return true;
    }

    public CgroupStats ReadStats() => _inner.ReadStats();

    public IReadOnlyList<int> ReadProcesses(bool recursive = true) => _inner.ReadProcesses(recursive);

    public void Freeze() => _inner.Freeze();

    public void Thaw() => _inner.Thaw();

    public FreezerState ReadFreezerState() => _inner.ReadFreezerState();

    public void KillAll(int signal) => _inner.KillAll(signal);

    public bool Exists() => _inner.Exists();

    public CgroupNotification OpenOomNotification() => _inner.OpenOomNotification();

    public CgroupNotification OpenMemoryPressureNotification(MemoryPressureLevel level) => _inner.OpenMemoryPressureNotification(level);

    public ulong ReadMemoryLimit() => _inner.ReadMemoryLimit();

    public ulong ReadOomKillCount() => _inner.ReadOomKillCount();
}
