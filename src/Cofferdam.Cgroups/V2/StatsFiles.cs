using Cofferdam.Linux;

namespace Cofferdam.Cgroups.V2;

/// <summary>Reads <see cref="CgroupStats"/>; what the cgroup or the kernel does not have stays zero.</summary>
internal static class StatsFiles
{
    private const ulong NanosecondsInMicrosecond = 1000;

    public static CgroupStats Read(V2Directory directory) => new()
    {
        Cpu = ReadCpu(directory),
        Cpuset = new CpusetStats
        {
            Cpus = KernelText.Ranges(directory.TryRead("cpuset.cpus.effective")),
            Mems = KernelText.Ranges(directory.TryRead("cpuset.mems.effective")),
        },
        Memory = ReadMemory(directory),
        Pids = ReadPids(directory),
        Blkio = IoStatFile.Parse(directory.TryRead("io.stat")) with { Pressure = PressureFile.Parse(directory.TryRead("io.pressure")) },
        Hugetlb = ReadHugetlb(directory),
        Rdma = new RdmaStats { Limits = RdmaFile.Parse(directory.TryRead("rdma.max")), Current = RdmaFile.Parse(directory.TryRead("rdma.current")) },
        Misc = ReadMisc(directory),
    };

    // cpu.stat is there without the controller, then with the times only.
    private static CpuStats ReadCpu(V2Directory directory)
    {
        Dictionary<string, ulong> stat = KernelText.Keyed(directory.TryRead("cpu.stat"));
        return new CpuStats
        {
            TotalUsage = Time("usage_usec"),
            UsageInUser = Time("user_usec"),
            UsageInKernel = Time("system_usec"),
            Periods = stat.GetValueOrDefault("nr_periods"),
            ThrottledPeriods = stat.GetValueOrDefault("nr_throttled"),
            ThrottledTime = Time("throttled_usec"),
            BurstPeriods = stat.GetValueOrDefault("nr_bursts"),
            BurstTime = Time("burst_usec"),
            Pressure = PressureFile.Parse(directory.TryRead("cpu.pressure")),
        };

        ulong Time(string key) => stat.GetValueOrDefault(key) * NanosecondsInMicrosecond;
    }

    private static MemoryStats ReadMemory(V2Directory directory)
    {
        PressureStats? pressure = PressureFile.Parse(directory.TryRead("memory.pressure"));
        if (directory.TryRead("memory.stat") is not { } text) return new MemoryStats { Pressure = pressure };
        Dictionary<string, ulong> raw = KernelText.Keyed(text);
        Dictionary<string, ulong> events = KernelText.Keyed(directory.TryRead("memory.events"));
        MemoryCounter usage = ReadCounter(directory, "memory", events.GetValueOrDefault("max"));
        MemoryCounter swap = ReadCounter(directory, "memory.swap", KernelText.Keyed(directory.TryRead("memory.swap.events")).GetValueOrDefault("max"));
        return new MemoryStats
        {
            Cache = raw.GetValueOrDefault("file"),
            Usage = usage,
            SwapUsage = Sum(usage, swap),
            SwapOnlyUsage = swap,
            KernelUsage = new MemoryCounter(raw.GetValueOrDefault("kernel"), 0, 0, 0),
            KernelTcpUsage = new MemoryCounter(raw.GetValueOrDefault("sock"), 0, 0, 0),
            UseHierarchy = true,
            Raw = raw,
            OomKills = events.GetValueOrDefault("oom_kill"),
            Events = new MemoryEventCounts
            {
                Low = events.GetValueOrDefault("low"),
                High = events.GetValueOrDefault("high"),
                Max = events.GetValueOrDefault("max"),
                Oom = events.GetValueOrDefault("oom"),
                OomKill = events.GetValueOrDefault("oom_kill"),
                OomGroupKill = events.GetValueOrDefault("oom_group_kill"),
            },
            Pressure = pressure,
        };
    }

    // The peaks came with 5.19 and, for swap, 6.5.
    private static MemoryCounter ReadCounter(V2Directory directory, string prefix, ulong failCount) => new(
        directory.ReadNumber(prefix + ".current"),
        directory.ReadNumber(prefix + ".peak"),
        failCount,
        directory.ReadNumber(prefix + ".max"));

    // As v1 counts it. The peak of a sum is not the sum of the peaks.
    private static MemoryCounter Sum(MemoryCounter memory, MemoryCounter swap) => new(
        memory.Usage + swap.Usage,
        0,
        swap.FailCount,
        swap.Limit == ulong.MaxValue || memory.Limit == ulong.MaxValue ? ulong.MaxValue : memory.Limit + swap.Limit);

    private static PidsStats ReadPids(V2Directory directory)
    {
        if (directory.TryRead("pids.current") is not { } current)
        {
            // Without the controller there are the processes to count, as runc does.
            List<int> pids = [];
            CgroupTree.ReadProcesses(directory.Path, recursive: true, pids);
            return new PidsStats { Current = (ulong)pids.Count };
        }

        ulong limit = directory.ReadNumber("pids.max");
        return new PidsStats { Current = KernelText.Number(current), Limit = limit == ulong.MaxValue ? 0 : limit };
    }

    private static Dictionary<string, HugetlbStats> ReadHugetlb(V2Directory directory)
    {
        const string prefix = "hugetlb.";
        const string suffix = ".current";
        Dictionary<string, HugetlbStats> stats = [];
        if (!ControllerList.ReadAvailable(directory).Has("hugetlb")) return stats;
        foreach (DirectoryEntry entry in Files.ReadDirectory(directory.Path))
        {
            string name = entry.Name;
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || !name.EndsWith(suffix, StringComparison.Ordinal)) continue;
            string size = name[prefix.Length..^suffix.Length];
            if (size.Contains('.')) continue;
            // Reservations, where the kernel counts them (5.7).
            string usage = directory.TryRead($"{prefix}{size}.rsvd{suffix}") ?? directory.TryRead(name) ?? "";
            Dictionary<string, ulong> events = KernelText.Keyed(directory.TryRead($"{prefix}{size}.events"));
            stats[size] = new HugetlbStats { Usage = KernelText.Number(usage), FailCount = events.GetValueOrDefault("max") };
        }

        return stats;
    }

    private static Dictionary<string, MiscStats> ReadMisc(V2Directory directory)
    {
        Dictionary<string, MiscStats> stats = [];
        if (directory.TryRead("misc.current") is not { Length: > 0 } text) return stats;
        Dictionary<string, ulong> events = KernelText.Keyed(directory.TryRead("misc.events"));
        foreach ((string resource, ulong usage) in KernelText.Keyed(text)) stats[resource] = new MiscStats(usage, events.GetValueOrDefault(resource + ".max"));
        return stats;
    }
}
