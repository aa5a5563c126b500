namespace Cofferdam.Cgroups;

/// <summary>Which cgroup hierarchies a host has mounted.</summary>
public enum CgroupMode
{
    /// <summary>None that this process can see.</summary>
    None,

    /// <summary>v1 only.</summary>
    Legacy,

    /// <summary>v1, and beside it a v2 hierarchy without controllers at /sys/fs/cgroup/unified.</summary>
    Hybrid,

    /// <summary>v2 only, at /sys/fs/cgroup.</summary>
    Unified,
}
