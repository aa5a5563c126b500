using System.Collections.ObjectModel;

namespace Cofferdam.Spec;

/// <summary>Reads <c>linux.resources</c>.</summary>
internal static class ResourcesReader
{
    public static LinuxResources? ReadResources(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        IReadOnlyList<DeviceRule> devices = [];
        MemoryResources? memory = null;
        CpuResources? cpu = null;
        PidsResources? pids = null;
        BlockIoResources? blockIo = null;
        IReadOnlyList<HugepageLimit> hugepages = [];
        NetworkResources? network = null;
        IReadOnlyDictionary<string, RdmaLimit>? rdma = null;
        IReadOnlyDictionary<string, string>? unified = null;
        while (c.NextField())
        {
            if (c.Is("devices"u8)) devices = DeviceReader.ReadRules(ref c);
            else if (c.Is("memory"u8)) memory = ReadMemory(ref c);
            else if (c.Is("cpu"u8)) cpu = ReadCpu(ref c);
            else if (c.Is("pids"u8)) pids = ReadPids(ref c);
            else if (c.Is("blockIO"u8)) blockIo = BlockIoReader.ReadBlockIo(ref c);
            else if (c.Is("hugepageLimits"u8)) hugepages = ReadHugepageLimits(ref c);
            else if (c.Is("network"u8)) network = ReadNetwork(ref c);
            else if (c.Is("rdma"u8)) rdma = ReadRdma(ref c);
            else if (c.Is("unified"u8)) unified = c.StringMap();
            else c.Unknown();
        }
        return new LinuxResources
        {
            Devices = devices,
            Memory = memory,
            Cpu = cpu,
            Pids = pids,
            BlockIo = blockIo,
            HugepageLimits = hugepages,
            Network = network,
            Rdma = rdma ?? ReadOnlyDictionary<string, RdmaLimit>.Empty,
            Unified = unified ?? ReadOnlyDictionary<string, string>.Empty,
        };
    }

    private static MemoryResources? ReadMemory(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        long? limit = null, reservation = null, swap = null, kernel = null, kernelTcp = null;
        ulong? swappiness = null;
        bool? disableOomKiller = null, useHierarchy = null, check = null;
        while (c.NextField())
        {
            if (c.Is("limit"u8)) limit = c.Int64();
            else if (c.Is("reservation"u8)) reservation = c.Int64();
            else if (c.Is("swap"u8)) swap = c.Int64();
            else if (c.Is("kernel"u8)) kernel = c.Int64();
            else if (c.Is("kernelTCP"u8)) kernelTcp = c.Int64();
            else if (c.Is("swappiness"u8)) swappiness = c.UInt64();
            else if (c.Is("disableOOMKiller"u8)) disableOomKiller = c.Bool();
            else if (c.Is("useHierarchy"u8)) useHierarchy = c.Bool();
            else if (c.Is("checkBeforeUpdate"u8)) check = c.Bool();
            else c.Unknown();
        }
        return new MemoryResources
        {
            Limit = limit,
            Reservation = reservation,
            Swap = swap,
            Kernel = kernel,
            KernelTcp = kernelTcp,
            Swappiness = swappiness,
            DisableOomKiller = disableOomKiller,
            UseHierarchy = useHierarchy,
            CheckBeforeUpdate = check,
        };
    }

    private static CpuResources? ReadCpu(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        ulong? shares = null, burst = null, period = null, realtimePeriod = null;
        long? quota = null, realtimeRuntime = null, idle = null;
        string? cpus = null, mems = null;
        while (c.NextField())
        {
            if (c.Is("shares"u8)) shares = c.UInt64();
            else if (c.Is("quota"u8)) quota = c.Int64();
            else if (c.Is("burst"u8)) burst = c.UInt64();
            else if (c.Is("period"u8)) period = c.UInt64();
            else if (c.Is("realtimeRuntime"u8)) realtimeRuntime = c.Int64();
            else if (c.Is("realtimePeriod"u8)) realtimePeriod = c.UInt64();
            else if (c.Is("cpus"u8)) cpus = c.String();
            else if (c.Is("mems"u8)) mems = c.String();
            else if (c.Is("idle"u8)) idle = c.Int64();
            else c.Unknown();
        }
        return new CpuResources
        {
            Shares = shares,
            Quota = quota,
            Burst = burst,
            Period = period,
            RealtimeRuntime = realtimeRuntime,
            RealtimePeriod = realtimePeriod,
            Cpus = cpus,
            Mems = mems,
            Idle = idle,
        };
    }

    private static PidsResources? ReadPids(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        long? limit = null;
        while (c.NextField())
        {
            if (c.Is("limit"u8)) limit = c.Int64();
            else c.Unknown();
        }
        return new PidsResources { Limit = limit };
    }

    private static IReadOnlyList<HugepageLimit> ReadHugepageLimits(ref JsonCursor c)
    {
        if (!c.BeginArray()) return [];
        var limits = new List<HugepageLimit>();
        while (c.NextElement())
        {
            string? pageSize = null;
            ulong? limit = null;
            c.BeginElement();
            while (c.NextField())
            {
                if (c.Is("pageSize"u8)) pageSize = c.String();
                else if (c.Is("limit"u8)) limit = c.UInt64();
                else c.Unknown();
            }
            limits.Add(new HugepageLimit { PageSize = pageSize ?? "", Limit = limit ?? 0 });
        }
        return limits;
    }

    private static NetworkResources? ReadNetwork(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        uint? classId = null;
        IReadOnlyList<InterfacePriority> priorities = [];
        while (c.NextField())
        {
            if (c.Is("classID"u8)) classId = c.UInt32();
            else if (c.Is("priorities"u8)) priorities = ReadPriorities(ref c);
            else c.Unknown();
        }
        return new NetworkResources { ClassId = classId, Priorities = priorities };
    }

    private static IReadOnlyList<InterfacePriority> ReadPriorities(ref JsonCursor c)
    {
        if (!c.BeginArray()) return [];
        var priorities = new List<InterfacePriority>();
        while (c.NextElement())
        {
            string? name = null;
            uint? priority = null;
            c.BeginElement();
            while (c.NextField())
            {
                if (c.Is("name"u8)) name = c.String();
                else if (c.Is("priority"u8)) priority = c.UInt32();
                else c.Unknown();
            }
            priorities.Add(new InterfacePriority { Name = name ?? "", Priority = priority ?? 0 });
        }
        return priorities;
    }

    private static IReadOnlyDictionary<string, RdmaLimit>? ReadRdma(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        var limits = new Dictionary<string, RdmaLimit>();
        while (c.NextField())
        {
            string device = c.Name();
            if (!c.BeginObject()) continue;
            uint? handles = null, objects = null;
            while (c.NextField())
            {
                if (c.Is("hcaHandles"u8)) handles = c.UInt32();
                else if (c.Is("hcaObjects"u8)) objects = c.UInt32();
                else c.Unknown();
            }
            limits[device] = new RdmaLimit { HcaHandles = handles, HcaObjects = objects };
        }
        return limits;
    }
}
