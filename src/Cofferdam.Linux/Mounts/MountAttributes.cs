namespace Cofferdam.Linux;

/// <summary>The MOUNT_ATTR_* flags of fsmount(2) and mount_setattr(2) (Linux 5.12).</summary>
[Flags]
public enum MountAttributes : ulong
{
    None = 0,
    ReadOnly = 0x1,
    NoSuid = 0x2,
    NoDev = 0x4,
    NoExec = 0x8,

    /// <summary>The three bits that hold the choice of access times; clear them to set one.</summary>
    AccessTimes = 0x70,
    NoAccessTimes = 0x10,
    StrictAccessTimes = 0x20,
    NoDirectoryAccessTimes = 0x80,

    /// <summary>Owners are mapped through a user namespace.</summary>
    IdMapped = 0x100000,

    /// <summary>Linux 5.14.</summary>
    NoSymbolicLinks = 0x200000,
}
