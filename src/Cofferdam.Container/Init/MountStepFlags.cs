namespace Cofferdam.Containers.Init;

/// <summary>How a mount step behaves beyond the attributes of the mount itself.</summary>
[Flags]
public enum MountStepFlags
{
    None = 0,

    /// <summary>The target must be a real directory, reached without symbolic links (/proc and /sys).</summary>
    NoLinks = 1,

    /// <summary>The target may lie on procfs (the short list of files that lxcfs and others replace).</summary>
    ProcTargetAllowed = 2,

    /// <summary>The source must be procfs: it is mounted on /proc (CVE-2019-16884).</summary>
    ProcSourceRequired = 4,

    /// <summary>Copy what the image has at the target into the new tmpfs.</summary>
    CopyUp = 8,

    /// <summary>Clone the whole tree of the source (rbind).</summary>
    Recursive = 16,

    /// <summary>mount(2) instead of fsopen(2): the options do not fit fsconfig(2), which takes 255 bytes a value.</summary>
    Classic = 32,

    /// <summary>Do not follow a symbolic link at the end of the source.</summary>
    SourceNoFollow = 64,

    /// <summary>Do not follow a symbolic link at the end of the destination.</summary>
    DestinationNoFollow = 128,

    /// <summary>Recreate the source as a symbolic link if it is one.</summary>
    CopySymlink = 256,

    /// <summary>The parent maps the ids of the source (idmap).</summary>
    ParentMaps = 512,

    /// <summary>mount_setattr(2) with AT_RECURSIVE.</summary>
    RecursiveAttributes = 1024,

    /// <summary>The parent clones a source whose path init has no permission to walk, in a user namespace.</summary>
    ParentReaches = 2048,
}
