namespace Cofferdam.Spec;

/// <summary>Options of the filesystem itself, with the MS_* values of mount(2); one filesystem has them at all its mounts.</summary>
[Flags]
public enum SuperblockFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>MS_SYNCHRONOUS: <c>sync</c>.</summary>
    Synchronous = 1 << 4,

    /// <summary>MS_MANDLOCK: <c>mand</c>; without effect since Linux 5.15.</summary>
    MandatoryLocks = 1 << 6,

    /// <summary>MS_DIRSYNC: <c>dirsync</c>.</summary>
    DirectorySynchronous = 1 << 7,

    /// <summary>MS_SILENT: <c>silent</c>.</summary>
    Silent = 1 << 15,

    /// <summary>MS_POSIXACL: <c>acl</c>.</summary>
    PosixAcl = 1 << 16,

    /// <summary>MS_I_VERSION: <c>iversion</c>.</summary>
    InodeVersion = 1 << 23,

    /// <summary>MS_LAZYTIME: <c>lazytime</c>; Linux 4.0.</summary>
    LazyTime = 1 << 25,
}
