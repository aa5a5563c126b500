namespace Cofferdam.Cgroups;

/// <summary>Who makes the cgroups of containers.</summary>
public enum CgroupManagerKind
{
    /// <summary>We do, by directories in the cgroup file systems.</summary>
    Cgroupfs,

    /// <summary>systemd does, asked over D-Bus for a transient scope.</summary>
    Systemd,

    /// <summary>Nobody: the container stays in the caller's cgroup.</summary>
    Disabled,
}
