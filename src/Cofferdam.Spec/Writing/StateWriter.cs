using System.Globalization;
using System.Text.Json;

namespace Cofferdam.Spec;

/// <summary>Writes the state of containers.</summary>
internal static class StateWriter
{
    public static void Write(Utf8JsonWriter json, ContainerState state)
    {
        json.WriteStartObject();
        json.WriteString("ociVersion"u8, state.OciVersion);
        json.WriteString("id"u8, state.Id);
        json.WriteNumber("pid"u8, state.Pid);
        json.WriteString("status"u8, state.Status);
        json.WriteString("bundle"u8, state.Bundle);
        json.Optional("rootfs"u8, state.Rootfs);
        if (state.Created is { } created)
        {
            // As Go prints times: UTC, a fraction without trailing zeros.
            json.WriteString("created"u8, created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
        }
        json.Map("annotations"u8, state.Annotations);
        json.Optional("owner"u8, state.Owner);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ContainerProcessState state)
    {
        json.WriteStartObject();
        json.WriteString("ociVersion"u8, state.OciVersion);
        json.OptionalList("fds"u8, state.Fds);
        json.WriteNumber("pid"u8, state.Pid);
        json.Optional("metadata"u8, state.Metadata);
        json.WritePropertyName("state"u8);
        Write(json, state.State);
        json.WriteEndObject();
    }
}
