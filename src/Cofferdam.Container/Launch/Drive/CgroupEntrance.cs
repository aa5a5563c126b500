using Cofferdam.Cgroups;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>
/// The order of making a container's cgroup and of init's coming into it: init is born in a v2 cgroup, writes itself into a
/// v1 cgroup that is made meanwhile, and systemd makes one around the process that does not fork any more.
/// </summary>
/// <remarks>
/// Where the container has little memory, init comes in as late as it can, so that what it used before is not charged to the
/// container. On v2 that costs some 10 ms of waiting for the kernel, and with systemd its answer is waited for.
/// </remarks>
internal sealed class CgroupEntrance : IDisposable
{
    private readonly ICgroup? _cgroup;
    private readonly Action<int> _besideInit;
    private readonly bool _worksAtEntrance;
    private readonly bool _isBirth;
    private CgroupEntry? _entry;
    private bool _worked;

    public CgroupEntrance(ICgroup? cgroup, bool forks, bool hasLittleMemory, Action<int> besideInit)
    {
        _cgroup = cgroup;
        _besideInit = besideInit;
        _worksAtEntrance = (forks || hasLittleMemory) && cgroup is { EntryKind: CgroupEntryKind.AroundProcess };
        _isBirth = IsBirth(cgroup, hasLittleMemory);
        if (_isBirth) _entry = cgroup!.OpenEntry();
    }

    /// <summary>The cgroup in which init is born; null where it comes in later.</summary>
    public CgroupEntry? Birthplace => _isBirth ? _entry : null;

    /// <summary>Whether init is born in its cgroup: on v2, unless it would be charged too much there, or cannot be cloned.</summary>
    public static bool IsBirth(ICgroup? cgroup, bool hasLittleMemory) =>
        cgroup is { EntryKind: CgroupEntryKind.CloneInto } && InitExecutable.CanClone && !hasLittleMemory;

    /// <summary>The work beside a process that was started.</summary>
    public void Begin(int pid)
    {
        if (!_worksAtEntrance) Work(pid);
    }

    /// <summary>What the process, which does not fork any more, needs to enter by itself.</summary>
    public CgroupEntry? Open(int pid)
    {
        if (!_worked) Work(pid);
        if (!_isBirth && _cgroup is { EntryKind: CgroupEntryKind.CloneInto })
        {
            _cgroup.Attach(pid);
            return null;
        }

        return _entry ??= _cgroup?.OpenEntry();
    }

    public void Dispose() => _entry?.Dispose();

    private void Work(int pid)
    {
        _worked = true;
        _besideInit(pid);
    }
}
