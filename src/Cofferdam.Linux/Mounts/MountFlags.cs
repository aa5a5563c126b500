namespace Cofferdam.Linux;

/// <summary>The MS_* flags of mount(2).</summary>
[Flags]
public enum MountFlags : ulong
{
    None = 0,

    /// <summary>MS_RDONLY.</summary>
    ReadOnly = 1,

    /// <summary>MS_NOSUID.</summary>
    NoSuid = 2,

    /// <summary>MS_NODEV.</summary>
    NoDev = 4,

    /// <summary>MS_NOEXEC.</summary>
    NoExec = 8,

    /// <summary>MS_SYNCHRONOUS.</summary>
    Synchronous = 0x10,

    /// <summary>MS_REMOUNT.</summary>
    Remount = 0x20,

    /// <summary>MS_MANDLOCK.</summary>
    MandatoryLocks = 0x40,

    /// <summary>MS_DIRSYNC.</summary>
    DirectorySynchronous = 0x80,

    /// <summary>MS_NOSYMFOLLOW, Linux 5.10.</summary>
    NoSymbolicLinks = 0x100,

    /// <summary>MS_NOATIME.</summary>
    NoAccessTimes = 0x400,

    /// <summary>MS_NODIRATIME.</summary>
    NoDirectoryAccessTimes = 0x800,

    /// <summary>MS_BIND.</summary>
    Bind = 0x1000,

    /// <summary>MS_MOVE.</summary>
    Move = 0x2000,

    /// <summary>MS_REC.</summary>
    Recursive = 0x4000,

    /// <summary>MS_SILENT.</summary>
    Silent = 0x8000,

    /// <summary>MS_POSIXACL.</summary>
    PosixAcl = 0x10000,

    /// <summary>MS_UNBINDABLE.</summary>
    Unbindable = 0x20000,

    /// <summary>MS_PRIVATE.</summary>
    Private = 0x40000,

    /// <summary>MS_SLAVE.</summary>
    Slave = 0x80000,

    /// <summary>MS_SHARED.</summary>
    Shared = 0x100000,

    /// <summary>MS_RELATIME.</summary>
    RelativeAccessTimes = 0x200000,

    /// <summary>MS_I_VERSION.</summary>
    InodeVersion = 0x800000,

    /// <summary>MS_STRICTATIME.</summary>
    StrictAccessTimes = 0x1000000,

    /// <summary>MS_LAZYTIME.</summary>
    LazyTimes = 0x2000000,
}
