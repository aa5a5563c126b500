using System.Text.Json;

namespace Cofferdam.Spec;

/// <summary>Writes the <c>linux</c> section but for resources and seccomp.</summary>
internal static class LinuxWriter
{
    public static void Write(Utf8JsonWriter json, LinuxConfig linux)
    {
        json.WriteStartObject();
        MountWriter.WriteMappings(json, "uidMappings"u8, linux.UidMappings);
        MountWriter.WriteMappings(json, "gidMappings"u8, linux.GidMappings);
        json.Map("sysctl"u8, linux.Sysctl);
        if (linux.Resources is { } resources)
        {
            json.WritePropertyName("resources"u8);
            ResourcesWriter.Write(json, resources);
        }
        json.Optional("cgroupsPath"u8, linux.CgroupsPath);
        WriteNamespaces(json, linux.Namespaces);
        WriteDevices(json, linux.Devices);
        WriteNetDevices(json, linux.NetDevices);
        if (linux.Seccomp is { } seccomp) SeccompWriter.Write(json, seccomp);
        json.Optional("rootfsPropagation"u8, linux.RootfsPropagation);
        json.List("maskedPaths"u8, linux.MaskedPaths);
        json.List("readonlyPaths"u8, linux.ReadonlyPaths);
        json.Optional("mountLabel"u8, linux.MountLabel);
        if (linux.IntelRdt is { } rdt) WriteIntelRdt(json, rdt);
        if (linux.MemoryPolicy is { } policy) WriteMemoryPolicy(json, policy);
        if (linux.Personality is { } personality)
        {
            json.WriteStartObject("personality"u8);
            json.WriteString("domain"u8, LinuxNames.Name(personality.Domain));
            json.List("flags"u8, personality.Flags);
            json.WriteEndObject();
        }
        WriteTimeOffsets(json, linux.TimeOffsets);
        json.WriteEndObject();
    }

    private static void WriteNamespaces(Utf8JsonWriter json, IReadOnlyList<LinuxNamespace> namespaces)
    {
        if (namespaces.Count == 0) return;
        json.WriteStartArray("namespaces"u8);
        foreach (LinuxNamespace ns in namespaces)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, LinuxNames.Name(ns.Type));
            json.Optional("path"u8, ns.Path);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteDevices(Utf8JsonWriter json, IReadOnlyList<LinuxDevice> devices)
    {
        if (devices.Count == 0) return;
        json.WriteStartArray("devices"u8);
        foreach (LinuxDevice device in devices)
        {
            json.WriteStartObject();
            json.WriteString("path"u8, device.Path);
            json.WriteString("type"u8, LinuxNames.Name(device.Type));
            json.WriteNumber("major"u8, device.Major);
            json.WriteNumber("minor"u8, device.Minor);
            json.Optional("fileMode"u8, device.FileMode);
            json.Optional("uid"u8, device.Uid);
            json.Optional("gid"u8, device.Gid);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteNetDevices(Utf8JsonWriter json, IReadOnlyDictionary<string, LinuxNetDevice> devices)
    {
        if (devices.Count == 0) return;
        json.WriteStartObject("netDevices"u8);
        foreach (var (hostName, device) in devices)
        {
            json.WriteStartObject(hostName);
            json.Optional("name"u8, device.Name);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteTimeOffsets(Utf8JsonWriter json, IReadOnlyDictionary<string, TimeOffset> offsets)
    {
        if (offsets.Count == 0) return;
        json.WriteStartObject("timeOffsets"u8);
        foreach (var (clock, offset) in offsets)
        {
            json.WriteStartObject(clock);
            if (offset.Secs != 0) json.WriteNumber("secs"u8, offset.Secs);
            json.NonZero("nanosecs"u8, offset.Nanosecs);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteIntelRdt(Utf8JsonWriter json, IntelRdt rdt)
    {
        json.WriteStartObject("intelRdt"u8);
        json.Optional("closID"u8, rdt.ClosId);
        json.List("schemata"u8, rdt.Schemata);
        json.Optional("l3CacheSchema"u8, rdt.L3CacheSchema);
        json.Optional("memBwSchema"u8, rdt.MemBwSchema);
        json.Switch("enableMonitoring"u8, rdt.EnableMonitoring);
        json.WriteEndObject();
    }

    private static void WriteMemoryPolicy(Utf8JsonWriter json, MemoryPolicy policy)
    {
        json.WriteStartObject("memoryPolicy"u8);
        json.WriteString("mode"u8, ProcessNames.Name(policy.Mode));
        json.Optional("nodes"u8, policy.Nodes);
        if (policy.Flags != MemoryPolicyFlags.None)
        {
            json.WriteStartArray("flags"u8);
            for (int bit = (int)MemoryPolicyFlags.NumaBalancing; bit <= (int)MemoryPolicyFlags.StaticNodes; bit <<= 1)
            {
                if (((int)policy.Flags & bit) != 0) json.WriteStringValue(ProcessNames.Name((MemoryPolicyFlags)bit));
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
