namespace Cofferdam.Containers.Launch.Plan;

/// <summary>A descriptor that the parent opens before init begins, described so that a plan can be printed without it.</summary>
public sealed record DescriptorRequest(DescriptorKind Kind)
{
    /// <summary>The path of a namespace.</summary>
    public string Path { get; init; } = "";

    /// <summary>The index of a cgroup's tasks file.</summary>
    public int Index { get; init; }

    /// <summary>The type that a namespace must have (CLONE_NEW*).</summary>
    public long NamespaceType { get; init; }
}
