using System.Text.Json;

namespace Cofferdam.Spec;

/// <summary>Reads configurations.</summary>
/// <remarks>
/// Written by hand over Utf8JsonReader: cold, it takes a tenth of the time of generated serializers. Reading checks types
/// and vocabulary; what fields mean together is the business of <see cref="SpecValidator"/>. Every error and warning begins
/// with the JSON path of what it is about.
/// </remarks>
public static class SpecReader
{
    /// <summary>Reads a config.json.</summary>
    /// <param name="json">The document, UTF-8; a byte order mark is passed over.</param>
    /// <param name="warnings">Receives what was ignored or accepted with reservations.</param>
    /// <exception cref="CofferdamException">InvalidArgument: the document is malformed or a value has the wrong type.</exception>
    public static RuntimeSpec ReadSpec(ReadOnlySpan<byte> json, ICollection<string> warnings)
    {
        var cursor = new JsonCursor(json, warnings);
        try
        {
            cursor.Start();
            RuntimeSpec spec = ReadRoot(ref cursor);
            cursor.Finish();
            return spec;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Utf8JsonReader reports text that is no valid UTF-8 as an InvalidOperationException.
            throw cursor.SyntaxError(e);
        }
    }

    /// <summary>Reads a <c>process</c> object, as <c>exec --process</c> takes it.</summary>
    /// <param name="json">The document, UTF-8.</param>
    /// <param name="warnings">Receives what was ignored or accepted with reservations.</param>
    /// <exception cref="CofferdamException">InvalidArgument: the document is malformed or a value has the wrong type.</exception>
    public static Process ReadProcess(ReadOnlySpan<byte> json, ICollection<string> warnings)
    {
        var cursor = new JsonCursor(json, warnings);
        try
        {
            cursor.Start();
            Process process = ProcessReader.ReadProcess(ref cursor) ?? throw cursor.Error("must be an object");
            cursor.Finish();
            return process;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw cursor.SyntaxError(e);
        }
    }

    /// <summary>Reads a <c>resources</c> object, as <c>update --resources</c> takes it.</summary>
    /// <param name="json">The document, UTF-8.</param>
    /// <param name="warnings">Receives what was ignored or accepted with reservations.</param>
    /// <exception cref="CofferdamException">InvalidArgument: the document is malformed or a value has the wrong type.</exception>
    public static LinuxResources ReadResources(ReadOnlySpan<byte> json, ICollection<string> warnings)
    {
        var cursor = new JsonCursor(json, warnings);
        try
        {
            cursor.Start();
            LinuxResources resources = ResourcesReader.ReadResources(ref cursor) ?? throw cursor.Error("must be an object");
            cursor.Finish();
            return resources;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw cursor.SyntaxError(e);
        }
    }

    private static RuntimeSpec ReadRoot(ref JsonCursor c)
    {
        string? version = null, hostname = null, domainname = null;
        Process? process = null;
        Root? root = null;
        IReadOnlyList<Mount> mounts = [];
        Hooks? hooks = null;
        LinuxConfig? linux = null;
        IReadOnlyDictionary<string, string>? annotations = null;
        c.BeginElement();
        while (c.NextField())
        {
            if (c.Is("ociVersion"u8)) version = c.String();
            else if (c.Is("process"u8)) process = ProcessReader.ReadProcess(ref c);
            else if (c.Is("root"u8)) root = ReadRootfs(ref c);
            else if (c.Is("hostname"u8)) hostname = c.String();
            else if (c.Is("domainname"u8)) domainname = c.String();
            else if (c.Is("mounts"u8)) mounts = MountReader.ReadMounts(ref c);
            else if (c.Is("hooks"u8)) hooks = HookReader.ReadHooks(ref c);
            else if (c.Is("annotations"u8)) annotations = c.StringMap();
            else if (c.Is("linux"u8)) linux = LinuxReader.ReadLinux(ref c);
            else if (c.Is("windows"u8) || c.Is("solaris"u8) || c.Is("vm"u8) || c.Is("zos"u8) || c.Is("freebsd"u8))
                c.Skip("not for Linux, ignoring");
            else c.Unknown();
        }
        var spec = new RuntimeSpec
        {
            OciVersion = version ?? "",
            Process = process,
            Root = root,
            Hostname = hostname,
            Domainname = domainname,
            Mounts = mounts,
            Hooks = hooks ?? new Hooks(),
            Linux = linux ?? new LinuxConfig(),
        };
        if (spec.Linux.Resources is { } resources) spec = spec with { Linux = spec.Linux with { Resources = SpecVersions.Adapt(resources, spec.OciVersion) } };
        return annotations is null ? spec : spec with { Annotations = annotations };
    }

    private static Root? ReadRootfs(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        string? path = null;
        bool? isReadonly = null;
        while (c.NextField())
        {
            if (c.Is("path"u8)) path = c.String();
            else if (c.Is("readonly"u8)) isReadonly = c.Bool();
            else c.Unknown();
        }
        return new Root { Path = path ?? "", Readonly = isReadonly ?? false };
    }
}
