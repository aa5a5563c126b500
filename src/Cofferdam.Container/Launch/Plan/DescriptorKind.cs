namespace Cofferdam.Containers.Launch.Plan;

/// <summary>What kind of descriptor a step needs from the parent.</summary>
public enum DescriptorKind
{
    /// <summary>A namespace, by its path.</summary>
    Namespace,

    /// <summary>The pidfd of the container's init.</summary>
    Pidfd,
}
