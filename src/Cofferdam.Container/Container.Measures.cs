using Cofferdam.Cgroups;
using Cofferdam.Containers.ResourceControl;
using Cofferdam.Containers.State;
using Cofferdam.Linux;

namespace Cofferdam.Containers;

/// <content>What a container uses, and how it is told that it uses too much.</content>
public sealed partial class Container
{
    /// <summary>Reads the cgroup's counters. They stay after the container has stopped, until it is deleted.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.FailedPrecondition"/>: it is deleted, or has no cgroup.</exception>
    public CgroupStats Stats() => Cgroup.Exists() ? Cgroup.ReadStats() : throw Refused(CallerVisibleText.NotRunning);

    /// <summary>What resctrl measures for the container, and what it may use; null without linux.intelRdt.</summary>
    public ResctrlStats? ReadResctrlStats() => ResctrlGroup.ReadStats(_stored);

    /// <summary>
    /// What went through the interfaces of its network namespace, but for the loopback one; none if it shares that of this
    /// process, or has ended.
    /// </summary>
    public IReadOnlyList<NetworkInterfaceStats> ReadNetworkStats()
    {
        if (InitPid is not { } init || !ProcFs.TryReadNamespace(init, "net", out string? theirs)) return [];
        if (!Files.TryReadLink("/proc/self/ns/net", out string? ours, out _) || theirs == ours) return [];
        return Files.TryReadText(ProcFs.PathOf(init, "net/dev"), out string? text, out _) ? NetworkStatsFile.Parse(text) : [];
    }

    /// <summary>
    /// Tells when the container runs out of memory, which limit it met and what was killed, until it has stopped.
    /// </summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.FailedPrecondition"/>: the container is stopped, or has no memory cgroup.</exception>
    public MemoryWatch WatchOom()
    {
        RequireLife();
        return Watch(Cgroup.OpenOomNotification(), isOom: true);
    }

    /// <summary>
    /// As <see cref="WatchOom"/>, for programs that wait for many things at once: a descriptor to poll, and no more. What it
    /// tells of may come before the kill; <see cref="OomKills"/> counts those.
    /// </summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.FailedPrecondition"/>: the container is stopped, or has no memory cgroup.</exception>
    public CgroupNotification OpenOomNotification()
    {
        RequireLife();
        return Cgroup.OpenOomNotification();
    }

    /// <summary>Tells when memory pressure reaches a level, until the container has stopped.</summary>
    /// <exception cref="CofferdamException">
    /// <see cref="ErrorKind.FailedPrecondition"/>: the container is stopped, has no memory cgroup, or the kernel does not
    /// measure pressure.
    /// </exception>
    public MemoryWatch WatchMemoryPressure(MemoryPressureLevel level)
    {
        RequireLife();
        return Watch(Cgroup.OpenMemoryPressureNotification(level), isOom: false);
    }

    /// <summary>
    /// How the container ran out of memory last, or null if it did not. It can be asked until the container is deleted.
    /// </summary>
    public OomReport? ReadOomReport() => OomInvestigation.Read(_stored.CgroupPaths) ?? OomLog?.Read(_stored.CgroupPaths);

    /// <summary>How many of its processes the kernel has killed for want of memory.</summary>
    public ulong OomKills() =>
        Math.Max(OomInvestigation.CountKills(_stored.CgroupPaths), OomLog?.Read(_stored.CgroupPaths)?.Kills ?? 0);

    private MemoryWatch Watch(CgroupNotification notification, bool isOom) =>
        new(Cgroup, notification, Liveness.OpenInit(_stored), isOom);
}
