using System.Text.Json;

namespace Cofferdam.Spec;

/// <summary>Writes <c>linux.resources</c>.</summary>
internal static class ResourcesWriter
{
    public static void Write(Utf8JsonWriter json, LinuxResources resources)
    {
        json.WriteStartObject();
        WriteRules(json, resources.Devices);
        if (resources.Memory is { } memory) WriteMemory(json, memory);
        if (resources.Cpu is { } cpu) WriteCpu(json, cpu);
        if (resources.Pids is { } pids)
        {
            json.WriteStartObject("pids"u8);
            json.Optional("limit"u8, pids.Limit);
            json.WriteEndObject();
        }
        if (resources.BlockIo is { } blockIo) WriteBlockIo(json, blockIo);
        if (resources.HugepageLimits.Count != 0)
        {
            json.WriteStartArray("hugepageLimits"u8);
            foreach (HugepageLimit limit in resources.HugepageLimits)
            {
                json.WriteStartObject();
                json.WriteString("pageSize"u8, limit.PageSize);
                json.WriteNumber("limit"u8, limit.Limit);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        if (resources.Network is { } network) WriteNetwork(json, network);
        WriteRdma(json, resources.Rdma);
        json.Map("unified"u8, resources.Unified);
        json.WriteEndObject();
    }

    private static void WriteRules(Utf8JsonWriter json, IReadOnlyList<DeviceRule> rules)
    {
        if (rules.Count == 0) return;
        json.WriteStartArray("devices"u8);
        foreach (DeviceRule rule in rules)
        {
            json.WriteStartObject();
            json.WriteBoolean("allow"u8, rule.Allow);
            if (rule.Type is { } type) json.WriteString("type"u8, LinuxNames.Name(type));
            json.Optional("major"u8, rule.Major);
            json.Optional("minor"u8, rule.Minor);
            json.Optional("access"u8, rule.Access);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteMemory(Utf8JsonWriter json, MemoryResources memory)
    {
        json.WriteStartObject("memory"u8);
        json.Optional("limit"u8, memory.Limit);
        json.Optional("reservation"u8, memory.Reservation);
        json.Optional("swap"u8, memory.Swap);
        json.Optional("kernel"u8, memory.Kernel);
        json.Optional("kernelTCP"u8, memory.KernelTcp);
        json.Optional("swappiness"u8, memory.Swappiness);
        json.Optional("disableOOMKiller"u8, memory.DisableOomKiller);
        json.Optional("useHierarchy"u8, memory.UseHierarchy);
        json.Optional("checkBeforeUpdate"u8, memory.CheckBeforeUpdate);
        json.WriteEndObject();
    }

    private static void WriteCpu(Utf8JsonWriter json, CpuResources cpu)
    {
        json.WriteStartObject("cpu"u8);
        json.Optional("shares"u8, cpu.Shares);
        json.Optional("quota"u8, cpu.Quota);
        json.Optional("burst"u8, cpu.Burst);
        json.Optional("period"u8, cpu.Period);
        json.Optional("realtimeRuntime"u8, cpu.RealtimeRuntime);
        json.Optional("realtimePeriod"u8, cpu.RealtimePeriod);
        json.Optional("cpus"u8, cpu.Cpus);
        json.Optional("mems"u8, cpu.Mems);
        json.Optional("idle"u8, cpu.Idle);
        json.WriteEndObject();
    }

    private static void WriteBlockIo(Utf8JsonWriter json, BlockIoResources blockIo)
    {
        json.WriteStartObject("blockIO"u8);
        json.Optional("weight"u8, (ulong?)blockIo.Weight);
        json.Optional("leafWeight"u8, (ulong?)blockIo.LeafWeight);
        if (blockIo.WeightDevice.Count != 0)
        {
            json.WriteStartArray("weightDevice"u8);
            foreach (WeightDevice device in blockIo.WeightDevice)
            {
                json.WriteStartObject();
                json.WriteNumber("major"u8, device.Major);
                json.WriteNumber("minor"u8, device.Minor);
                json.Optional("weight"u8, (ulong?)device.Weight);
                json.Optional("leafWeight"u8, (ulong?)device.LeafWeight);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        WriteRates(json, "throttleReadBpsDevice"u8, blockIo.ThrottleReadBpsDevice);
        WriteRates(json, "throttleWriteBpsDevice"u8, blockIo.ThrottleWriteBpsDevice);
        WriteRates(json, "throttleReadIOPSDevice"u8, blockIo.ThrottleReadIopsDevice);
        WriteRates(json, "throttleWriteIOPSDevice"u8, blockIo.ThrottleWriteIopsDevice);
        json.WriteEndObject();
    }

    private static void WriteRates(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<ThrottleDevice> devices)
    {
        if (devices.Count == 0) return;
        json.WriteStartArray(name);
        foreach (ThrottleDevice device in devices)
        {
            json.WriteStartObject();
            json.WriteNumber("major"u8, device.Major);
            json.WriteNumber("minor"u8, device.Minor);
            json.WriteNumber("rate"u8, device.Rate);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteNetwork(Utf8JsonWriter json, NetworkResources network)
    {
        json.WriteStartObject("network"u8);
        json.Optional("classID"u8, network.ClassId);
        if (network.Priorities.Count != 0)
        {
            json.WriteStartArray("priorities"u8);
            foreach (InterfacePriority priority in network.Priorities)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, priority.Name);
                json.WriteNumber("priority"u8, priority.Priority);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteRdma(Utf8JsonWriter json, IReadOnlyDictionary<string, RdmaLimit> limits)
    {
        if (limits.Count == 0) return;
        json.WriteStartObject("rdma"u8);
        foreach (var (device, limit) in limits)
        {
            json.WriteStartObject(device);
            json.Optional("hcaHandles"u8, limit.HcaHandles);
            json.Optional("hcaObjects"u8, limit.HcaObjects);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }
}
