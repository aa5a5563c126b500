using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Plan;

/// <summary>The source of a bind mount, for a parent that must clone it or map its ids.</summary>
/// <param name="Path">Its absolute path.</param>
internal sealed record SourceTreeRequest(string Path)
{
    /// <summary>It is cloned with all mounts below it.</summary>
    public bool Recursive { get; init; }

    /// <summary>A symbolic link is cloned as such.</summary>
    public bool NoFollow { get; init; }

    /// <summary>The id maps; empty for none.</summary>
    public IReadOnlyList<IdMapping> UidMappings { get; init; } = [];

    public IReadOnlyList<IdMapping> GidMappings { get; init; } = [];

    /// <summary>The mounts below are mapped too (ridmap).</summary>
    public bool MapsTree { get; init; }
}
