using Cofferdam.Api.Cgroups.V1;
using Cofferdam.Cgroups;
using CgroupStats = Cofferdam.Cgroups.CgroupStats;
using Google.Protobuf.Collections;

namespace Cofferdam.Shim.Tasks;

/// <summary>io.containerd.cgroups.v1.Metrics.</summary>
internal static class LegacyStatsMessage
{
    public static Metrics From(CgroupStats stats)
    {
        Metrics metrics = new()
        {
            Pids = new PidsStat { Current = stats.Pids.Current, Limit = stats.Pids.Limit },
            Cpu = Cpu(stats.Cpu),
            Memory = Memory(stats.Memory),
            Blkio = Blkio(stats.Blkio),
            Rdma = Rdma(stats.Rdma),
            MemoryOomControl = new MemoryOomControl
            {
                OomKillDisable = stats.Memory.OomKillDisabled ? 1u : 0,
                UnderOom = stats.Memory.UnderOom ? 1u : 0,
                OomKill = stats.Memory.OomKills,
            },
        };
        foreach ((string size, HugetlbStats pages) in stats.Hugetlb)
            metrics.Hugetlb.Add(new HugetlbStat { Pagesize = size, Usage = pages.Usage, Max = pages.MaxUsage, Failcnt = pages.FailCount });
        return metrics;
    }

    private static CPUStat Cpu(CpuStats cpu)
    {
        CPUUsage usage = new() { Total = cpu.TotalUsage, Kernel = cpu.UsageInKernel, User = cpu.UsageInUser };
        usage.PerCpu.AddRange(cpu.PerCpuUsage);
        return new CPUStat
        {
            Usage = usage,
            Throttling = new Throttle { Periods = cpu.Periods, ThrottledPeriods = cpu.ThrottledPeriods, ThrottledTime = cpu.ThrottledTime },
        };
    }

    private static MemoryStat Memory(MemoryStats memory)
    {
        return new MemoryStat
        {
            Cache = Raw("cache"),
            Rss = Raw("rss"),
            RssHuge = Raw("rss_huge"),
            MappedFile = Raw("mapped_file"),
            Dirty = Raw("dirty"),
            Writeback = Raw("writeback"),
            PgPgIn = Raw("pgpgin"),
            PgPgOut = Raw("pgpgout"),
            PgFault = Raw("pgfault"),
            PgMajFault = Raw("pgmajfault"),
            InactiveAnon = Raw("inactive_anon"),
            ActiveAnon = Raw("active_anon"),
            InactiveFile = Raw("inactive_file"),
            ActiveFile = Raw("active_file"),
            Unevictable = Raw("unevictable"),
            HierarchicalMemoryLimit = Raw("hierarchical_memory_limit"),
            HierarchicalSwapLimit = Raw("hierarchical_memsw_limit"),
            TotalCache = Raw("total_cache"),
            TotalRss = Raw("total_rss"),
            TotalRssHuge = Raw("total_rss_huge"),
            TotalMappedFile = Raw("total_mapped_file"),
            TotalDirty = Raw("total_dirty"),
            TotalWriteback = Raw("total_writeback"),
            TotalPgPgIn = Raw("total_pgpgin"),
            TotalPgPgOut = Raw("total_pgpgout"),
            TotalPgFault = Raw("total_pgfault"),
            TotalPgMajFault = Raw("total_pgmajfault"),
            TotalInactiveAnon = Raw("total_inactive_anon"),
            TotalActiveAnon = Raw("total_active_anon"),
            TotalInactiveFile = Raw("total_inactive_file"),
            TotalActiveFile = Raw("total_active_file"),
            TotalUnevictable = Raw("total_unevictable"),
            Usage = Entry(memory.Usage),
            Swap = Entry(memory.SwapUsage),
            Kernel = Entry(memory.KernelUsage),
            KernelTcp = Entry(memory.KernelTcpUsage),
        };

        ulong Raw(string key) => memory.Raw.GetValueOrDefault(key);
    }

    private static MemoryEntry Entry(MemoryCounter counter) =>
        new() { Limit = counter.Limit, Usage = counter.Usage, Max = counter.MaxUsage, Failcnt = counter.FailCount };

    private static BlkIOStat Blkio(BlkioStats blkio)
    {
        BlkIOStat stat = new();
        Add(stat.IoServiceBytesRecursive, blkio.ServiceBytes);
        Add(stat.IoServicedRecursive, blkio.Serviced);
        Add(stat.IoQueuedRecursive, blkio.Queued);
        Add(stat.IoServiceTimeRecursive, blkio.ServiceTime);
        Add(stat.IoWaitTimeRecursive, blkio.WaitTime);
        Add(stat.IoMergedRecursive, blkio.Merged);
        Add(stat.IoTimeRecursive, blkio.Time);
        Add(stat.SectorsRecursive, blkio.Sectors);
        return stat;
    }

    private static void Add(RepeatedField<BlkIOEntry> to, IReadOnlyList<BlkioEntry> entries)
    {
        foreach (BlkioEntry entry in entries) to.Add(new BlkIOEntry { Op = entry.Operation, Major = entry.Major, Minor = entry.Minor, Value = entry.Value });
    }

    private static RdmaStat Rdma(RdmaStats rdma)
    {
        RdmaStat stat = new();
        foreach (Cofferdam.Cgroups.RdmaEntry e in rdma.Current) stat.Current.Add(new Api.Cgroups.V1.RdmaEntry { Device = e.Device, HcaHandles = e.HcaHandles, HcaObjects = e.HcaObjects });
        foreach (Cofferdam.Cgroups.RdmaEntry e in rdma.Limits) stat.Limit.Add(new Api.Cgroups.V1.RdmaEntry { Device = e.Device, HcaHandles = e.HcaHandles, HcaObjects = e.HcaObjects });
        return stat;
    }
}
