using Cofferdam.Linux;

namespace Cofferdam.Cgroups.V2;

// What the memory controller tells about itself (cgroup-v2.rst, "Memory Interface Files").
internal sealed partial class CgroupV2
{
    public CgroupNotification OpenOomNotification() => MemoryEventsNotification.Open(Require("watching memory"));

    public CgroupNotification OpenMemoryPressureNotification(MemoryPressureLevel level) =>
        PressureNotification.Open(Require("watching memory pressure"), level);

    public ulong ReadMemoryLimit() =>
        _path is not null && Files.TryReadText(_path + "/memory.max", out string? text, out _) ? KernelText.Number(text) : ulong.MaxValue;

    public ulong ReadOomKillCount()
    {
        if (_path is null || !V2Directory.TryOpen(_path, out V2Directory? directory, out _)) return 0;
        using (directory) return KernelText.Keyed(directory.TryRead("memory.events")).GetValueOrDefault("oom_kill");
    }
}
