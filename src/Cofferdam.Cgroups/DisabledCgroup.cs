using Cofferdam.Spec;

namespace Cofferdam.Cgroups;

/// <summary>No cgroup of its own: the container stays in the caller's, and what would need one is refused by name.</summary>
internal sealed class DisabledCgroup : ICgroup
{
    public IReadOnlyDictionary<string, string> Paths { get; } = new Dictionary<string, string>();

    public CgroupEntryKind EntryKind => CgroupEntryKind.TaskFiles;

    public void Create(LinuxResources? resources = null, int pid = 0)
    {
    }

    public CgroupEntry OpenEntry(IReadOnlyList<string>? subCgroups = null)
    {
        if (subCgroups is { Count: > 0 }) throw Missing("entering a sub-cgroup");
        return new CgroupEntry([], null);
    }

    public void Attach(int pid, IReadOnlyList<string>? subCgroups = null)
    {
        if (subCgroups is { Count: > 0 }) throw Missing("entering a sub-cgroup");
    }

    public void Apply(LinuxResources? resources, ICollection<string>? warnings = null)
    {
        if (resources is not null) warnings?.Add("linux.resources: ignored, because the container has no cgroup");
    }

    public void Update(LinuxResources resources, ICollection<string>? warnings = null) => throw Missing("updating resources");

    public CgroupStats ReadStats() => new();

    public IReadOnlyList<int> ReadProcesses(bool recursive = true) => throw Missing("listing processes");

    public void Freeze() => throw Missing("freezing");

    public void Thaw() => throw Missing("thawing");

    public FreezerState ReadFreezerState() => FreezerState.Undefined;

    public void KillAll(int signal) => throw Missing("signalling all processes");

    public bool Exists() => false;

    public void Remove()
    {
    }

    public CgroupNotification OpenOomNotification() => throw Missing("watching for OOM");

    public CgroupNotification OpenMemoryPressureNotification(MemoryPressureLevel level) => throw Missing("watching memory pressure");

    public ulong ReadMemoryLimit() => ulong.MaxValue;

    public ulong ReadOomKillCount() => 0;

    private static CofferdamException Missing(string operation) =>
        new(ErrorKind.FailedPrecondition, $"{operation}: the container has no cgroup");
}
