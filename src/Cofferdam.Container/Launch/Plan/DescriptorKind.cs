namespace Cofferdam.Containers.Launch.Plan;

/// <summary>What kind of descriptor a step needs from the parent.</summary>
public enum DescriptorKind
{
    /// <summary>A namespace, by its path.</summary>
    Namespace,

    /// <summary>A user namespace that carries the id map of a mount.</summary>
    IdMap,

    /// <summary>A detached clone of a bind mount's source, made by the parent because init could not reach it.</summary>
    SourceTree,

    /// <summary>The pidfd of the container's init.</summary>
    Pidfd,
}
