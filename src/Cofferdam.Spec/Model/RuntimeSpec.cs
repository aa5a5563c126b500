using System.Collections.ObjectModel;

namespace Cofferdam.Spec;

/// <summary>The contents of a bundle's config.json.</summary>
/// <remarks>runtime-spec 1.3 config.md. Sections for other platforms (windows, solaris, vm, zos, freebsd) are read over with a warning.</remarks>
public sealed record RuntimeSpec
{
    /// <summary><c>ociVersion</c>: the version of the specification that the bundle follows.</summary>
    public string OciVersion { get; init; } = "";

    /// <summary><c>process</c>: the program; needed when the container is started.</summary>
    public Process? Process { get; init; }

    /// <summary><c>root</c>: the root filesystem.</summary>
    public Root? Root { get; init; }

    /// <summary><c>hostname</c>, set in a new UTS namespace.</summary>
    public string? Hostname { get; init; }

    /// <summary><c>domainname</c>, set in a new UTS namespace.</summary>
    public string? Domainname { get; init; }

    /// <summary><c>mounts</c>, made in this order.</summary>
    public IReadOnlyList<Mount> Mounts { get; init; } = [];

    /// <summary><c>hooks</c>; empty lists where absent.</summary>
    public Hooks Hooks { get; init; } = new();

    /// <summary><c>annotations</c>, in the order of the file.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary><c>linux</c>; an empty one where absent.</summary>
    public LinuxConfig Linux { get; init; } = new();
}
