namespace Cofferdam.Cgroups;

/// <summary>How a process that is being launched comes into a cgroup; it decides when the cgroup must exist.</summary>
public enum CgroupEntryKind
{
    /// <summary>v1: the process writes itself into the open files of <see cref="CgroupEntry.TaskFiles"/>, at any time.</summary>
    TaskFiles,

    /// <summary>v2: it is born there (CLONE_INTO_CGROUP, kernel 5.7), so the directory exists before it does.</summary>
    CloneInto,

    /// <summary>systemd: the cgroup comes into being around a process, so that exists first.</summary>
    AroundProcess,
}
