using System.Text.Json;

namespace Cofferdam.Spec;

/// <summary>Writes the features document.</summary>
internal static class FeaturesWriter
{
    public static void Write(Utf8JsonWriter json, FeaturesDocument features)
    {
        json.WriteStartObject();
        json.WriteString("ociVersionMin"u8, features.OciVersionMin);
        json.WriteString("ociVersionMax"u8, features.OciVersionMax);
        json.OptionalList("hooks"u8, features.Hooks);
        json.OptionalList("mountOptions"u8, features.MountOptions);
        if (features.Linux is { } linux) WriteLinux(json, linux);
        json.Map("annotations"u8, features.Annotations);
        json.OptionalList("potentiallyUnsafeConfigAnnotations"u8, features.PotentiallyUnsafeConfigAnnotations);
        json.WriteEndObject();
    }

    private static void WriteLinux(Utf8JsonWriter json, LinuxFeatures linux)
    {
        json.WriteStartObject("linux"u8);
        json.OptionalList("namespaces"u8, linux.Namespaces);
        json.OptionalList("capabilities"u8, linux.Capabilities);
        if (linux.Cgroup is { } cgroup)
        {
            json.WriteStartObject("cgroup"u8);
            json.Optional("v1"u8, cgroup.V1);
            json.Optional("v2"u8, cgroup.V2);
            json.Optional("systemd"u8, cgroup.Systemd);
            json.Optional("systemdUser"u8, cgroup.SystemdUser);
            json.Optional("rdma"u8, cgroup.Rdma);
            json.WriteEndObject();
        }
        if (linux.Seccomp is { } seccomp) WriteSeccomp(json, seccomp);
        WriteEnabled(json, "apparmor"u8, linux.ApparmorEnabled);
        WriteEnabled(json, "selinux"u8, linux.SelinuxEnabled);
        if (linux.IntelRdt is { } rdt)
        {
            json.WriteStartObject("intelRdt"u8);
            json.Optional("enabled"u8, rdt.Enabled);
            json.Optional("schemata"u8, rdt.Schemata);
            json.Optional("monitoring"u8, rdt.Monitoring);
            json.WriteEndObject();
        }
        if (linux.MemoryPolicy is { } policy)
        {
            json.WriteStartObject("memoryPolicy"u8);
            json.OptionalList("modes"u8, policy.Modes);
            json.OptionalList("flags"u8, policy.Flags);
            json.WriteEndObject();
        }
        if (linux.IdmapEnabled is { } idmap)
        {
            json.WriteStartObject("mountExtensions"u8);
            WriteEnabled(json, "idmap"u8, idmap);
            json.WriteEndObject();
        }
        WriteEnabled(json, "netDevices"u8, linux.NetDevicesEnabled);
        json.WriteEndObject();
    }

    private static void WriteSeccomp(Utf8JsonWriter json, SeccompFeatures seccomp)
    {
        json.WriteStartObject("seccomp"u8);
        json.Optional("enabled"u8, seccomp.Enabled);
        json.OptionalList("actions"u8, seccomp.Actions);
        json.OptionalList("operators"u8, seccomp.Operators);
        json.OptionalList("archs"u8, seccomp.Archs);
        json.OptionalList("knownFlags"u8, seccomp.KnownFlags);
        json.OptionalList("supportedFlags"u8, seccomp.SupportedFlags);
        json.WriteEndObject();
    }

    private static void WriteEnabled(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool? enabled)
    {
        if (enabled is null) return;
        json.WriteStartObject(name);
        json.WriteBoolean("enabled"u8, enabled.Value);
        json.WriteEndObject();
    }
}
