namespace Cofferdam.Cgroups;

/// <summary>Whether the processes of a cgroup are stopped (cgroup-v1/freezer-subsystem.rst).</summary>
public enum FreezerState
{
    /// <summary>The container has no freezer.</summary>
    Undefined,
    Thawed,

    /// <summary>Asked to freeze, but some process is not frozen yet.</summary>
    Freezing,
    Frozen,
}
