using Cofferdam.Api.Cgroups.V2;
using Cofferdam.Cgroups;

namespace Cofferdam.Shim.Tasks;

/// <summary>io.containerd.cgroups.v2.Metrics.</summary>
internal static class UnifiedStatsMessage
{
    private const ulong NanosecondsInMicrosecond = 1000;

    public static Metrics From(CgroupStats stats)
    {
        Metrics metrics = new()
        {
            Pids = new PidsStat { Current = stats.Pids.Current, Limit = stats.Pids.Limit },
            Cpu = Cpu(stats.Cpu),
            Memory = Memory(stats.Memory),
            Io = Io(stats.Blkio),
            Rdma = Rdma(stats.Rdma),
        };
        if (stats.Memory.Events is { } events)
        {
            metrics.MemoryEvents = new MemoryEvents
            {
                Low = events.Low, High = events.High, Max = events.Max, Oom = events.Oom, OomKill = events.OomKill, OomGroupKill = events.OomGroupKill,
            };
        }

        foreach ((string size, HugetlbStats pages) in stats.Hugetlb)
            metrics.Hugetlb.Add(new HugeTlbStat { Pagesize = size, Current = pages.Usage, Max = pages.MaxUsage, Failcnt = pages.FailCount });
        return metrics;
    }

    private static CPUStat Cpu(CpuStats cpu) => new()
    {
        UsageUsec = cpu.TotalUsage / NanosecondsInMicrosecond,
        UserUsec = cpu.UsageInUser / NanosecondsInMicrosecond,
        SystemUsec = cpu.UsageInKernel / NanosecondsInMicrosecond,
        NrPeriods = cpu.Periods,
        NrThrottled = cpu.ThrottledPeriods,
        ThrottledUsec = cpu.ThrottledTime / NanosecondsInMicrosecond,
        NrBursts = cpu.BurstPeriods,
        BurstUsec = cpu.BurstTime / NanosecondsInMicrosecond,
        Psi = Pressure(cpu.Pressure),
    };

    private static MemoryStat Memory(MemoryStats memory)
    {
        return new MemoryStat
        {
            Anon = Raw("anon"),
            File = Raw("file"),
            KernelStack = Raw("kernel_stack"),
            Slab = Raw("slab"),
            Sock = Raw("sock"),
            Shmem = Raw("shmem"),
            FileMapped = Raw("file_mapped"),
            FileDirty = Raw("file_dirty"),
            FileWriteback = Raw("file_writeback"),
            AnonThp = Raw("anon_thp"),
            InactiveAnon = Raw("inactive_anon"),
            ActiveAnon = Raw("active_anon"),
            InactiveFile = Raw("inactive_file"),
            ActiveFile = Raw("active_file"),
            Unevictable = Raw("unevictable"),
            SlabReclaimable = Raw("slab_reclaimable"),
            SlabUnreclaimable = Raw("slab_unreclaimable"),
            Pgfault = Raw("pgfault"),
            Pgmajfault = Raw("pgmajfault"),
            // Since 5.9 the kernel tells anonymous pages and those of files apart.
            WorkingsetRefault = Raw("workingset_refault") + Raw("workingset_refault_anon") + Raw("workingset_refault_file"),
            WorkingsetActivate = Raw("workingset_activate") + Raw("workingset_activate_anon") + Raw("workingset_activate_file"),
            WorkingsetNodereclaim = Raw("workingset_nodereclaim"),
            Pgrefill = Raw("pgrefill"),
            Pgscan = Raw("pgscan"),
            Pgsteal = Raw("pgsteal"),
            Pgactivate = Raw("pgactivate"),
            Pgdeactivate = Raw("pgdeactivate"),
            Pglazyfree = Raw("pglazyfree"),
            Pglazyfreed = Raw("pglazyfreed"),
            ThpFaultAlloc = Raw("thp_fault_alloc"),
            ThpCollapseAlloc = Raw("thp_collapse_alloc"),
            Usage = memory.Usage.Usage,
            UsageLimit = memory.Usage.Limit,
            SwapUsage = memory.SwapOnlyUsage.Usage,
            SwapLimit = memory.SwapOnlyUsage.Limit,
            MaxUsage = memory.Usage.MaxUsage,
            SwapMaxUsage = memory.SwapOnlyUsage.MaxUsage,
            Psi = Pressure(memory.Pressure),
        };

        ulong Raw(string key) => memory.Raw.GetValueOrDefault(key);
    }

    private static IOStat Io(BlkioStats blkio)
    {
        Dictionary<(ulong Major, ulong Minor), IOEntry> devices = [];
        foreach (BlkioEntry bytes in blkio.ServiceBytes)
        {
            if (bytes.Operation == "Read") Device(bytes).Rbytes = bytes.Value;
            else if (bytes.Operation == "Write") Device(bytes).Wbytes = bytes.Value;
        }

        foreach (BlkioEntry count in blkio.Serviced)
        {
            if (count.Operation == "Read") Device(count).Rios = count.Value;
            else if (count.Operation == "Write") Device(count).Wios = count.Value;
        }

        IOStat stat = new() { Psi = Pressure(blkio.Pressure) };
        stat.Usage.AddRange(devices.Values);
        return stat;

        IOEntry Device(BlkioEntry entry)
        {
            if (devices.TryGetValue((entry.Major, entry.Minor), out IOEntry? device)) return device;
            return devices[(entry.Major, entry.Minor)] = new IOEntry { Major = entry.Major, Minor = entry.Minor };
        }
    }

    private static RdmaStat Rdma(RdmaStats rdma)
    {
        RdmaStat stat = new();
        foreach (Cofferdam.Cgroups.RdmaEntry e in rdma.Current) stat.Current.Add(new Api.Cgroups.V2.RdmaEntry { Device = e.Device, HcaHandles = e.HcaHandles, HcaObjects = e.HcaObjects });
        foreach (Cofferdam.Cgroups.RdmaEntry e in rdma.Limits) stat.Limit.Add(new Api.Cgroups.V2.RdmaEntry { Device = e.Device, HcaHandles = e.HcaHandles, HcaObjects = e.HcaObjects });
        return stat;
    }

    private static PSIStats? Pressure(PressureStats? pressure) =>
        pressure is { } value ? new PSIStats { Some = Data(value.Some), Full = Data(value.Full) } : null;

    private static PSIData Data(PressureAverages averages) =>
        new() { Avg10 = averages.Avg10, Avg60 = averages.Avg60, Avg300 = averages.Avg300, Total = averages.Total };
}
