using Cofferdam.Linux;

namespace Cofferdam.Cgroups.V1;

// What the memory controller tells about itself (cgroup-v1/memory.rst, sections 9 to 11).
internal sealed partial class CgroupV1
{
    public CgroupNotification OpenOomNotification() => Register("memory.oom_control", "");

    public CgroupNotification OpenMemoryPressureNotification(MemoryPressureLevel level) => Register("memory.pressure_level", level switch
    {
        MemoryPressureLevel.Low => " low",
        MemoryPressureLevel.Medium => " medium",
        _ => " critical",
    });

    // "No limit" is the largest multiple of a page here, which no machine has either.
    public ulong ReadMemoryLimit() =>
        Directory("memory")?.TryRead("memory.limit_in_bytes") is { } text ? KernelText.Number(text) : ulong.MaxValue;

    public ulong ReadOomKillCount() =>
        Directory("memory") is { } memory ? KernelText.Keyed(memory.TryRead("memory.oom_control")).GetValueOrDefault("oom_kill") : 0;

    // The registration lives as long as the eventfd; the other file may be closed at once.
    private EventFdNotification Register(string file, string arguments)
    {
        V1Directory memory = Directory("memory")
            ?? throw new CofferdamException(ErrorKind.FailedPrecondition, "watching memory: cgroup controller 'memory' is not mounted");
        using OwnedFd watched = Files.Open(memory[file], OpenFlags.ReadOnly);
        OwnedFd events = EventFds.Create(nonBlocking: true);
        try
        {
            Files.Write(memory["cgroup.event_control"], $"{events.Fd} {watched.Fd}{arguments}");
            return new EventFdNotification(events);
        }
        catch
        {
            events.Dispose();
            throw;
        }
    }
}
