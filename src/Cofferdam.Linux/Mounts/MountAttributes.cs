namespace Cofferdam.Linux;

/// <summary>The MOUNT_ATTR_* flags of fsmount(2) and mount_setattr(2) (Linux 5.12).</summary>
[Flags]
public enum MountAttributes : ulong
{
    None = 0,

    /// <summary>MOUNT_ATTR_RDONLY.</summary>
    ReadOnly = 0x1,

    /// <summary>MOUNT_ATTR_NOSUID.</summary>
    NoSuid = 0x2,

    /// <summary>MOUNT_ATTR_NODEV.</summary>
    NoDev = 0x4,

    /// <summary>MOUNT_ATTR_NOEXEC.</summary>
    NoExec = 0x8,

    /// <summary>The three bits that hold the choice of access times; clear them to set one.</summary>
    AccessTimes = 0x70,

    /// <summary>MOUNT_ATTR_NOATIME.</summary>
    NoAccessTimes = 0x10,

    /// <summary>MOUNT_ATTR_STRICTATIME.</summary>
    StrictAccessTimes = 0x20,

    /// <summary>MOUNT_ATTR_NODIRATIME.</summary>
    NoDirectoryAccessTimes = 0x80,

    /// <summary>MOUNT_ATTR_IDMAP: owners are mapped through a user namespace.</summary>
    IdMapped = 0x100000,

    /// <summary>MOUNT_ATTR_NOSYMFOLLOW, Linux 5.14.</summary>
    NoSymbolicLinks = 0x200000,
}
