namespace Cofferdam.Linux;

/// <summary>One line of /proc/pid/mountinfo (proc_pid_mountinfo(5)), with the kernel's octal escapes undone.</summary>
/// <param name="Id">The mount's number; may be reused after an unmount.</param>
/// <param name="ParentId">The mount that it lies on; itself for the root of the namespace.</param>
/// <param name="Major">The file system's device.</param>
/// <param name="Minor">The file system's device.</param>
/// <param name="Root">What directory of the file system is mounted.</param>
/// <param name="MountPoint">Where, relative to the reader's root.</param>
/// <param name="Options">Options of the mount ("rw,nosuid").</param>
/// <param name="OptionalFields">Propagation ("shared:1 master:2"), empty for a private mount.</param>
/// <param name="FsType">The file system's type ("ext4", "fuse.sshfs").</param>
/// <param name="Source">Whatever the mounting program said; not to be trusted.</param>
/// <param name="SuperOptions">Options of the file system.</param>
public sealed record MountInfo(
    int Id,
    int ParentId,
    uint Major,
    uint Minor,
    string Root,
    string MountPoint,
    string Options,
    string OptionalFields,
    string FsType,
    string Source,
    string SuperOptions)
{
    /// <summary>True when mounts and unmounts below are passed to other mount namespaces.</summary>
    public bool IsShared => OptionalFields.StartsWith("shared:", StringComparison.Ordinal) || OptionalFields.Contains(" shared:", StringComparison.Ordinal);

    /// <summary>True when <paramref name="option"/> is among the file system's options ("cpu" of a cgroup hierarchy).</summary>
    public bool HasSuperOption(string option)
    {
        foreach (Range range in SuperOptions.AsSpan().Split(','))
        {
            if (SuperOptions.AsSpan(range).SequenceEqual(option)) return true;
        }

        return false;
    }
}
