using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cofferdam.Spec;

namespace Cofferdam.Runtime.Output;

/// <summary>
/// The JSON of <c>state</c> and <c>list</c>, with runc's fields in runc's order. podman, dockerd's shim and cri-o decode
/// it: <c>pid</c> is 0 when stopped, <c>owner</c> is empty in <c>state</c>.
/// </summary>
internal static class StateJson
{
    internal static string Object(ContainerState state)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Options(indented: true))) Write(writer, state, owner: "");
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    internal static string Array(IReadOnlyList<ContainerState> states)
    {
        // runc encodes an empty Go slice, which is null; go-runc and scripts know it so.
        if (states.Count == 0) return "null\n";
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Options(indented: false)))
        {
            writer.WriteStartArray();
            foreach (ContainerState state in states) Write(writer, state, state.Owner ?? "");
            writer.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    /// <summary>A time as Go's RFC3339Nano writes it: UTC, fraction without trailing zeros.</summary>
    internal static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter writer, ContainerState state, string owner) =>
        SpecWriter.Write(writer, state with { Rootfs = state.Rootfs ?? "", Created = state.Created ?? default(DateTimeOffset), Owner = owner });

    private static JsonWriterOptions Options(bool indented) =>
        new() { Indented = indented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
}
