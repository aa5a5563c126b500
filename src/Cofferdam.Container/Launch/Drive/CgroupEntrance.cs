using Cofferdam.Cgroups;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>
/// The order of making a container's cgroup and of init's coming into it: init is born in a v2 cgroup, writes itself into a
/// v1 cgroup that is made meanwhile, and systemd makes one around the process that does not fork any more.
/// </summary>
internal sealed class CgroupEntrance : IDisposable
{
    private readonly ICgroup? _cgroup;
    private readonly Action<int> _besideInit;
    private readonly bool _waitsForFork;
    private CgroupEntry? _entry;
    private bool _worked;

    public CgroupEntrance(ICgroup? cgroup, bool forks, Action<int> besideInit)
    {
        _cgroup = cgroup;
        _besideInit = besideInit;
        _waitsForFork = forks && cgroup is { EntryKind: CgroupEntryKind.AroundProcess };
        if (cgroup is { EntryKind: CgroupEntryKind.CloneInto }) _entry = cgroup.OpenEntry();
    }

    /// <summary>The cgroup in which init is born; null where it comes in later.</summary>
    public CgroupEntry? Birthplace => _entry;

    /// <summary>The work beside a process that was started.</summary>
    public void Begin(int pid)
    {
        if (!_waitsForFork) Work(pid);
    }

    /// <summary>What the process, which does not fork any more, needs to enter by itself.</summary>
    public CgroupEntry? Open(int pid)
    {
        if (!_worked) Work(pid);
        // A program that cannot clone3 without its runtime's help spawns init, in its own cgroup.
        if (_entry is { CloneInto: not null } && !InitExecutable.CanClone) _cgroup!.Attach(pid);
        return _entry ??= _cgroup?.OpenEntry();
    }

    public void Dispose() => _entry?.Dispose();

    private void Work(int pid)
    {
        _worked = true;
        _besideInit(pid);
    }
}
