namespace Cofferdam.Cgroups;

/// <summary>Whose memory limit a container ran into.</summary>
public enum OomScope
{
    /// <summary>Nothing tells.</summary>
    Unknown,

    /// <summary>The container's own.</summary>
    Container,

    /// <summary>That of a cgroup which the container made below its own.</summary>
    Nested,

    /// <summary>That of a cgroup above the container's: a pod, a slice.</summary>
    Ancestor,

    /// <summary>The machine's memory, or that of some of its nodes.</summary>
    Host,
}
