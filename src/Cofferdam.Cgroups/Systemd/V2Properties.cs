using Cofferdam.Cgroups.V2;
using Cofferdam.DBus;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Systemd;

/// <summary>
/// linux.resources as properties for systemd on cgroup v2. What is not here, systemd does not touch: limits of single devices,
/// huge pages, rdma and cpu.max.burst are written to their files only.
/// </summary>
internal static class V2Properties
{
    /// <inheritdoc cref="V1Properties.Set" path="/param"/>
    public static void Set(UnitProperties properties, LinuxResources resources, Func<string, string?>? present)
    {
        if (resources.Memory is { } memory) SetMemory(properties, memory, present);
        if (resources.Cpu is { } cpu) SetCpu(properties, cpu, present);
        if (resources.BlockIo?.Weight is > 0 and var weight) properties.Set("IOWeight", Conversions.IoWeight(weight));
        if (resources.Pids?.Limit is { } tasks) properties.Set("TasksMax", V1Properties.Tasks(tasks));
        foreach ((string file, string value) in resources.Unified) SetUnified(properties, resources, file, value.Trim());
    }

    private static void SetMemory(UnitProperties properties, MemoryResources memory, Func<string, string?>? present)
    {
        if (memory.Limit is { } limit and not 0) properties.Set("MemoryMax", Bytes(limit));
        if (memory.Reservation is { } reservation and not 0) properties.Set("MemoryLow", Bytes(reservation));
        if (memory.Limit is null or 0 && memory.Swap is null or 0) return;
        // What the limits of memory and of the sum amount to is in the file already when a live cgroup is changed.
        string? swap = present is null ? MemoryController.Swap(memory) : present("memory.swap.max");
        SetNumber(properties, "MemorySwapMax", swap, isOptional: true);
    }

    private static void SetCpu(UnitProperties properties, CpuResources cpu, Func<string, string?>? present)
    {
        // A weight of 0 is "idle" since systemd 252.
        if (cpu.Idle is 1) properties.Set("CPUWeight", 0, isOptional: true);
        else if (cpu.Shares is > 0) properties.Set("CPUWeight", Conversions.CpuWeight(cpu.Shares.Value));
        long quota = cpu.Quota ?? 0;
        ulong period = cpu.Period ?? 0;
        if (quota != 0 || period != 0)
        {
            if (present?.Invoke("cpu.max")?.Split(' ') is [var presentQuota, var presentPeriod])
            {
                if (quota == 0) _ = long.TryParse(presentQuota, out quota);
                if (period == 0) _ = ulong.TryParse(presentPeriod, out period);
            }

            CpuQuotaProperties.Set(properties, quota, period);
        }

        SetMask(properties, "AllowedCPUs", cpu.Cpus);
        SetMask(properties, "AllowedMemoryNodes", cpu.Mems);
    }

    // The same list as runc's, and io.weight and memory.zswap.max beside it. Not memory.oom.group: the property for it, OOMPolicy=kill,
    // ends the whole container also when one of its nested cgroups has met a limit of its own.
    private static void SetUnified(UnitProperties properties, LinuxResources resources, string file, string value)
    {
        switch (file)
        {
            case "cpu.idle" when value == "1": properties.Set("CPUWeight", 0, isOptional: true); break;
            case "cpu.weight" when resources.Unified.GetValueOrDefault("cpu.idle") != "1": SetNumber(properties, "CPUWeight", value); break;
            case "cpu.max": SetMax(properties, value); break;
            case "cpuset.cpus": SetMask(properties, "AllowedCPUs", value); break;
            case "cpuset.mems": SetMask(properties, "AllowedMemoryNodes", value); break;
            case "io.weight": SetNumber(properties, "IOWeight", value.StartsWith("default ", StringComparison.Ordinal) ? value["default ".Length..] : value); break;
            case "memory.high": SetNumber(properties, "MemoryHigh", value); break;
            case "memory.low": SetNumber(properties, "MemoryLow", value); break;
            case "memory.min": SetNumber(properties, "MemoryMin", value); break;
            case "memory.max": SetNumber(properties, "MemoryMax", value); break;
            case "memory.swap.max": SetNumber(properties, "MemorySwapMax", value, isOptional: true); break;
            case "memory.zswap.max": SetNumber(properties, "MemoryZSwapMax", value, isOptional: true); break;
            case "pids.max" when value == "0": properties.Set("TasksMax", V1Properties.Tasks(0)); break;
            case "pids.max": SetNumber(properties, "TasksMax", value); break;
        }
    }

    // What is no number here is refused by the kernel, with the name of the file.
    private static void SetNumber(UnitProperties properties, string name, string? value, bool isOptional = false)
    {
        if (value == "max") properties.Set(name, ulong.MaxValue, isOptional);
        else if (ulong.TryParse(value, out ulong number)) properties.Set(name, number, isOptional);
    }

    private static void SetMax(UnitProperties properties, string value)
    {
        string[] parts = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is 0 or > 2) return;
        ulong period = 0;
        long quota = -1;
        if (parts.Length == 2 && !ulong.TryParse(parts[1], out period)) return;
        if (parts[0] == "max" || long.TryParse(parts[0], out quota)) CpuQuotaProperties.Set(properties, quota, period);
    }

    // Since systemd 244. A list with strides stays the kernel's business.
    private static void SetMask(UnitProperties properties, string name, string? list)
    {
        if (string.IsNullOrEmpty(list) || !CpuList.TryParse(list, out byte[] mask) || mask.Length == 0) return;
        properties.Set(name, DBusValue.Bytes(mask.AsSpan().TrimEnd((byte)0)), isOptional: true);
    }

    private static ulong Bytes(long limit) => limit < 0 ? ulong.MaxValue : (ulong)limit;
}
