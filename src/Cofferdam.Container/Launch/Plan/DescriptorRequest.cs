using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Plan;

/// <summary>A descriptor that the parent opens before init begins, described so that a plan can be printed without it.</summary>
public sealed record DescriptorRequest(DescriptorKind Kind)
{
    /// <summary>The path of a namespace or of a bind mount's source.</summary>
    public string Path { get; init; } = "";

    /// <summary>The index of a cgroup's tasks file.</summary>
    public int Index { get; init; }

    /// <summary>The type that a namespace must have (CLONE_NEW*).</summary>
    public long NamespaceType { get; init; }

    /// <summary>The maps of an id-mapped mount.</summary>
    public IReadOnlyList<IdMapping> UidMappings { get; init; } = [];

    public IReadOnlyList<IdMapping> GidMappings { get; init; } = [];

    /// <summary>A source tree is cloned with all mounts below it.</summary>
    public bool Recursive { get; init; }

    /// <summary>A source that is a symbolic link is cloned as such.</summary>
    public bool NoFollow { get; init; }
}
