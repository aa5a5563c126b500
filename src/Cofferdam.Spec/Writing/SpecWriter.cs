using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cofferdam.Spec;

/// <summary>Writes the documents of the specification, with their fields in its order.</summary>
/// <remarks>
/// What is read back equals what was written. Fields without a value are left out as Go leaves them out, so that documents
/// compare with those of other runtimes.
/// </remarks>
public static class SpecWriter
{
    private delegate void WriteValue<T>(Utf8JsonWriter json, T value);

    /// <summary>A config.json, indented by tabs as <c>runc spec</c> does, ending in a line feed.</summary>
    public static byte[] Write(RuntimeSpec spec) => ToBytes(spec, Write, indented: true);

    /// <summary>A <c>process</c> object, as <c>exec --process</c> takes it.</summary>
    public static byte[] Write(Process process) => ToBytes(process, ProcessWriter.Write, indented: false);

    /// <summary>A <c>resources</c> object, as <c>update --resources</c> takes it.</summary>
    public static byte[] Write(LinuxResources resources) => ToBytes(resources, ResourcesWriter.Write, indented: false);

    /// <summary>A container's state, as hooks read it; rootfs, created and owner only if they are given.</summary>
    public static byte[] Write(ContainerState state) => ToBytes(state, StateWriter.Write, indented: false);

    /// <summary>What a seccomp listener reads.</summary>
    public static byte[] Write(ContainerProcessState state) => ToBytes(state, StateWriter.Write, indented: false);

    /// <summary>The features document, indented, ending in a line feed.</summary>
    public static byte[] Write(FeaturesDocument features) => ToBytes(features, FeaturesWriter.Write, indented: true);

    /// <summary>Writes a container's state as one value of a larger document.</summary>
    public static void Write(Utf8JsonWriter json, ContainerState state) => StateWriter.Write(json, state);

    /// <summary>Writes a configuration as one value of a larger document.</summary>
    public static void Write(Utf8JsonWriter json, RuntimeSpec spec)
    {
        json.WriteStartObject();
        json.WriteString("ociVersion"u8, spec.OciVersion);
        if (spec.Process is { } process)
        {
            json.WritePropertyName("process"u8);
            ProcessWriter.Write(json, process);
        }
        if (spec.Root is { } root)
        {
            json.WriteStartObject("root"u8);
            json.WriteString("path"u8, root.Path);
            json.Switch("readonly"u8, root.Readonly);
            json.WriteEndObject();
        }
        json.Optional("hostname"u8, spec.Hostname);
        json.Optional("domainname"u8, spec.Domainname);
        MountWriter.Write(json, spec.Mounts);
        HookWriter.Write(json, spec.Hooks);
        json.Map("annotations"u8, spec.Annotations);
        json.WritePropertyName("linux"u8);
        LinuxWriter.Write(json, spec.Linux);
        json.WriteEndObject();
    }

    private static byte[] ToBytes<T>(T value, WriteValue<T> write, bool indented)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions
        {
            Indented = indented,
            IndentCharacter = '\t',
            IndentSize = 1,
            NewLine = "\n",
            // The documents are files and sockets' payloads, never part of a web page.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (var json = new Utf8JsonWriter(buffer, options)) write(json, value);
        if (indented) buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
