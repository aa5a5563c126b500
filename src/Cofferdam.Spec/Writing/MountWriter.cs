using System.Text.Json;

namespace Cofferdam.Spec;

/// <summary>Writes <c>mounts</c> and id mappings.</summary>
internal static class MountWriter
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<Mount> mounts)
    {
        if (mounts.Count == 0) return;
        json.WriteStartArray("mounts"u8);
        foreach (Mount mount in mounts)
        {
            json.WriteStartObject();
            json.WriteString("destination"u8, mount.Destination);
            json.Optional("type"u8, mount.Type);
            json.Optional("source"u8, mount.Source);
            json.List("options"u8, mount.Options);
            WriteMappings(json, "uidMappings"u8, mount.UidMappings);
            WriteMappings(json, "gidMappings"u8, mount.GidMappings);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static void WriteMappings(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<IdMapping> mappings)
    {
        if (mappings.Count == 0) return;
        json.WriteStartArray(name);
        foreach (IdMapping mapping in mappings)
        {
            json.WriteStartObject();
            json.WriteNumber("containerID"u8, mapping.ContainerId);
            json.WriteNumber("hostID"u8, mapping.HostId);
            json.WriteNumber("size"u8, mapping.Size);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
