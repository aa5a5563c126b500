namespace Cofferdam.Spec;

/// <summary>One mount besides the root.</summary>
/// <remarks>runtime-spec 1.3 config.md, section Mounts.</remarks>
public sealed record Mount
{
    /// <summary><c>destination</c>: a path inside the container.</summary>
    public string Destination { get; init; } = "";

    /// <summary><c>type</c>: a filesystem of /proc/filesystems, or "bind".</summary>
    public string? Type { get; init; }

    /// <summary><c>source</c>: relative to the bundle where it is a path.</summary>
    public string? Source { get; init; }

    /// <summary><c>options</c>: see <c>MountOptions</c>.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary><c>uidMappings</c> of an id-mapped mount.</summary>
    public IReadOnlyList<IdMapping> UidMappings { get; init; } = [];

    /// <summary><c>gidMappings</c> of an id-mapped mount.</summary>
    public IReadOnlyList<IdMapping> GidMappings { get; init; } = [];
}
