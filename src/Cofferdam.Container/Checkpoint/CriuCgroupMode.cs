namespace Cofferdam.Containers;

/// <summary>What CRIU does about the properties of cgroups (criu(8), --manage-cgroups).</summary>
public enum CriuCgroupMode
{
    /// <summary>
    /// CRIU's default, which is <see cref="Soft"/>. Without a cgroup of the container's own it is <see cref="Ignore"/>.
    /// </summary>
    Default,

    /// <summary>Properties of those cgroups that the restore makes; the container's own has the configuration's limits.</summary>
    Soft,

    /// <summary>Properties of all cgroups: limits that were changed by an update come back.</summary>
    Full,

    /// <summary>CRIU makes the cgroups with their properties, and refuses ones that exist.</summary>
    Strict,

    /// <summary>Nothing: the processes are put into the container's cgroup, nested ones are lost.</summary>
    Ignore,
}
