using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cofferdam.Cgroups;
using Cofferdam.Containers;
using Cofferdam.Containers.ResourceControl;

namespace Cofferdam.Runtime.Output;

/// <summary>
/// The lines of <c>events</c> in the shape that go-runc and cAdvisor decode: runc's names, and left out where runc
/// leaves a zero out.
/// </summary>
internal static class EventJson
{
    /// <summary>runc's line, and behind it, in names that are not among those of its stats, what was found out.</summary>
    internal static byte[] Oom(string id, OomReport? report) => Line("oom"u8, id, report is null ? null : json => WriteOom(json, report));

    internal static byte[] Stats(string id, CgroupStats stats, ResctrlStats? resctrl = null, IReadOnlyList<NetworkInterfaceStats>? interfaces = null) =>
        Line("stats"u8, id, json =>
        {
            WriteStats(json, stats);
            ResctrlJson.Write(json, resctrl);
            WriteInterfaces(json, interfaces ?? []);
        });

    private static byte[] Line(ReadOnlySpan<byte> type, string id, Action<Utf8JsonWriter>? data)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            json.WriteString("id"u8, id);
            if (data is not null)
            {
                json.WriteStartObject("data"u8);
                data(json);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static void WriteStats(Utf8JsonWriter json, CgroupStats stats)
    {
        WriteCpu(json, stats.Cpu);
        WriteCpuset(json, stats.Cpuset);
        WriteMemory(json, stats.Memory);
        json.WriteStartObject("pids"u8);
        NonZero(json, "current"u8, stats.Pids.Current);
        NonZero(json, "limit"u8, stats.Pids.Limit);
        json.WriteEndObject();
        WriteBlkio(json, stats.Blkio);
        WriteHugetlb(json, stats.Hugetlb);
    }

    // runc has no names for JSON here, so the fields are spelled as in Go.
    private static void WriteInterfaces(Utf8JsonWriter json, IReadOnlyList<NetworkInterfaceStats> interfaces)
    {
        if (interfaces.Count == 0)
        {
            json.WriteNull("network_interfaces"u8);
            return;
        }

        json.WriteStartArray("network_interfaces"u8);
        foreach (NetworkInterfaceStats one in interfaces)
        {
            json.WriteStartObject();
            json.WriteString("Name"u8, one.Name);
            json.WriteNumber("RxBytes"u8, one.RxBytes);
            json.WriteNumber("RxPackets"u8, one.RxPackets);
            json.WriteNumber("RxErrors"u8, one.RxErrors);
            json.WriteNumber("RxDropped"u8, one.RxDropped);
            json.WriteNumber("TxBytes"u8, one.TxBytes);
            json.WriteNumber("TxPackets"u8, one.TxPackets);
            json.WriteNumber("TxErrors"u8, one.TxErrors);
            json.WriteNumber("TxDropped"u8, one.TxDropped);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOom(Utf8JsonWriter json, OomReport report)
    {
        json.WriteString("message"u8, report.Describe());
        json.WriteString("scope"u8, report.Scope switch
        {
            OomScope.Container => "container"u8,
            OomScope.Nested => "nested"u8,
            OomScope.Ancestor => "ancestor"u8,
            OomScope.Host => "host"u8,
            _ => "unknown"u8,
        });
        if (report.Cgroup.Length > 0) json.WriteString("cgroup"u8, report.Cgroup);
        if (report.Limit is { } limit) json.WriteNumber("limit"u8, limit);
        if (report.Peak is { } peak) json.WriteNumber("peak"u8, peak);
        json.WriteNumber("kills"u8, report.Kills);
        if (report.Victim is not { } victim) return;
        json.WriteStartObject("victim"u8);
        json.WriteNumber("pid"u8, victim.Pid);
        json.WriteString("name"u8, victim.Name);
        json.WriteEndObject();
    }

    private static void WriteCpu(Utf8JsonWriter json, CpuStats cpu)
    {
        json.WriteStartObject("cpu"u8);
        json.WriteStartObject("usage"u8);
        NonZero(json, "total"u8, cpu.TotalUsage);
        WriteList(json, "percpu"u8, cpu.PerCpuUsage);
        WriteList(json, "percpu_kernel"u8, cpu.PerCpuUsageInKernel);
        WriteList(json, "percpu_user"u8, cpu.PerCpuUsageInUser);
        json.WriteNumber("kernel"u8, cpu.UsageInKernel);
        json.WriteNumber("user"u8, cpu.UsageInUser);
        json.WriteEndObject();
        json.WriteStartObject("throttling"u8);
        NonZero(json, "periods"u8, cpu.Periods);
        NonZero(json, "throttledPeriods"u8, cpu.ThrottledPeriods);
        NonZero(json, "throttledTime"u8, cpu.ThrottledTime);
        json.WriteEndObject();
        WritePressure(json, cpu.Pressure);
        json.WriteEndObject();
    }

    private static void WriteCpuset(Utf8JsonWriter json, CpusetStats cpuset)
    {
        json.WriteStartObject("cpuset"u8);
        WriteList(json, "cpus"u8, cpuset.Cpus);
        json.WriteNumber("cpu_exclusive"u8, cpuset.CpuExclusive);
        WriteList(json, "mems"u8, cpuset.Mems);
        json.WriteNumber("mem_hardwall"u8, cpuset.MemHardwall);
        json.WriteNumber("mem_exclusive"u8, cpuset.MemExclusive);
        json.WriteNumber("memory_migrate"u8, cpuset.MemoryMigrate);
        json.WriteNumber("memory_spread_page"u8, cpuset.MemorySpreadPage);
        json.WriteNumber("memory_spread_slab"u8, cpuset.MemorySpreadSlab);
        json.WriteNumber("memory_pressure"u8, cpuset.MemoryPressure);
        json.WriteNumber("sched_load_balance"u8, cpuset.SchedLoadBalance);
        json.WriteNumber("sched_relax_domain_level"u8, cpuset.SchedRelaxDomainLevel);
        json.WriteEndObject();
    }

    private static void WriteMemory(Utf8JsonWriter json, MemoryStats memory)
    {
        json.WriteStartObject("memory"u8);
        NonZero(json, "cache"u8, memory.Cache);
        WriteCounter(json, "usage"u8, memory.Usage);
        WriteCounter(json, "swap"u8, memory.SwapUsage);
        WriteCounter(json, "kernel"u8, memory.KernelUsage);
        WriteCounter(json, "kernelTCP"u8, memory.KernelTcpUsage);
        if (memory.Raw.Count > 0)
        {
            json.WriteStartObject("raw"u8);
            foreach ((string name, ulong value) in memory.Raw) json.WriteNumber(name, value);
            json.WriteEndObject();
        }
        WritePressure(json, memory.Pressure);
        if (memory.Events is { } events) WriteMemoryEvents(json, events);
        json.WriteEndObject();
    }

    private static void WriteMemoryEvents(Utf8JsonWriter json, MemoryEventCounts events)
    {
        json.WriteStartObject("event_count"u8);
        NonZero(json, "low"u8, events.Low);
        NonZero(json, "high"u8, events.High);
        NonZero(json, "max"u8, events.Max);
        NonZero(json, "oom"u8, events.Oom);
        NonZero(json, "oom_kill"u8, events.OomKill);
        NonZero(json, "oom_group_kill"u8, events.OomGroupKill);
        json.WriteEndObject();
    }

    private static void WriteCounter(Utf8JsonWriter json, ReadOnlySpan<byte> name, MemoryCounter counter)
    {
        json.WriteStartObject(name);
        json.WriteNumber("limit"u8, counter.Limit);
        NonZero(json, "usage"u8, counter.Usage);
        NonZero(json, "max"u8, counter.MaxUsage);
        json.WriteNumber("failcnt"u8, counter.FailCount);
        json.WriteEndObject();
    }

    private static void WriteBlkio(Utf8JsonWriter json, BlkioStats blkio)
    {
        json.WriteStartObject("blkio"u8);
        WriteEntries(json, "ioServiceBytesRecursive"u8, blkio.ServiceBytes);
        WriteEntries(json, "ioServicedRecursive"u8, blkio.Serviced);
        WriteEntries(json, "ioQueueRecursive"u8, blkio.Queued);
        WriteEntries(json, "ioServiceTimeRecursive"u8, blkio.ServiceTime);
        WriteEntries(json, "ioWaitTimeRecursive"u8, blkio.WaitTime);
        WriteEntries(json, "ioMergedRecursive"u8, blkio.Merged);
        WriteEntries(json, "ioTimeRecursive"u8, blkio.Time);
        WriteEntries(json, "sectorsRecursive"u8, blkio.Sectors);
        WritePressure(json, blkio.Pressure);
        json.WriteEndObject();
    }

    private static void WriteEntries(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<BlkioEntry> entries)
    {
        if (entries.Count == 0) return;
        json.WriteStartArray(name);
        foreach (BlkioEntry entry in entries)
        {
            json.WriteStartObject();
            NonZero(json, "major"u8, entry.Major);
            NonZero(json, "minor"u8, entry.Minor);
            if (entry.Operation.Length > 0) json.WriteString("op"u8, entry.Operation);
            NonZero(json, "value"u8, entry.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteHugetlb(Utf8JsonWriter json, IReadOnlyDictionary<string, HugetlbStats> sizes)
    {
        json.WriteStartObject("hugetlb"u8);
        foreach ((string size, HugetlbStats pages) in sizes)
        {
            json.WriteStartObject(size);
            NonZero(json, "usage"u8, pages.Usage);
            NonZero(json, "max"u8, pages.MaxUsage);
            json.WriteNumber("failcnt"u8, pages.FailCount);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WritePressure(Utf8JsonWriter json, PressureStats? pressure)
    {
        if (pressure is not { } psi) return;
        json.WriteStartObject("psi"u8);
        WriteAverages(json, "some"u8, psi.Some);
        WriteAverages(json, "full"u8, psi.Full);
        json.WriteEndObject();
    }

    private static void WriteAverages(Utf8JsonWriter json, ReadOnlySpan<byte> name, PressureAverages line)
    {
        json.WriteStartObject(name);
        json.WriteNumber("avg10"u8, line.Avg10);
        json.WriteNumber("avg60"u8, line.Avg60);
        json.WriteNumber("avg300"u8, line.Avg300);
        json.WriteNumber("total"u8, line.Total);
        json.WriteEndObject();
    }

    private static void NonZero(Utf8JsonWriter json, ReadOnlySpan<byte> name, ulong value)
    {
        if (value != 0) json.WriteNumber(name, value);
    }

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<ulong> values)
    {
        if (values.Count == 0) return;
        json.WriteStartArray(name);
        foreach (ulong value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<int> values)
    {
        if (values.Count == 0) return;
        json.WriteStartArray(name);
        foreach (int value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
