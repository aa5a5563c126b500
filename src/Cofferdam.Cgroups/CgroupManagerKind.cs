namespace Cofferdam.Cgroups;

/// <summary>Who makes the cgroups of containers.</summary>
public enum CgroupManagerKind
{
    /// <summary>We do, by directories in the cgroup file systems.</summary>
    Cgroupfs,

    /// <summary>systemd does, asked over D-Bus for a transient scope.</summary>
    Systemd,

    /// <summary>
    /// As the path tells: systemd for <c>NAME.slice:PREFIX:NAME</c>, which nobody means as a directory; otherwise we. For callers
    /// that are not told which, but get paths from those who know.
    /// </summary>
    ByPath,

    /// <summary>Nobody: the container stays in the caller's cgroup.</summary>
    Disabled,
}
