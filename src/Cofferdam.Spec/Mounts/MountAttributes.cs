namespace Cofferdam.Spec;

/// <summary>Attributes of a mount (MOUNT_ATTR_*), as mount_setattr(2) and fsmount(2) take them.</summary>
public static class MountAttributes
{
    /// <summary>MOUNT_ATTR_RDONLY.</summary>
    public const ulong ReadOnly = 0x1;

    /// <summary>MOUNT_ATTR_NOSUID.</summary>
    public const ulong NoSuid = 0x2;

    /// <summary>MOUNT_ATTR_NODEV.</summary>
    public const ulong NoDev = 0x4;

    /// <summary>MOUNT_ATTR_NOEXEC.</summary>
    public const ulong NoExec = 0x8;

    /// <summary>MOUNT_ATTR__ATIME: the field of access time values; whoever sets one must clear the whole field.</summary>
    public const ulong AccessTimeMask = 0x70;

    /// <summary>MOUNT_ATTR_RELATIME: the value zero of the field, the kernel's default.</summary>
    public const ulong RelativeAccessTime = 0x0;

    /// <summary>MOUNT_ATTR_NOATIME.</summary>
    public const ulong NoAccessTime = 0x10;

    /// <summary>MOUNT_ATTR_STRICTATIME.</summary>
    public const ulong StrictAccessTime = 0x20;

    /// <summary>MOUNT_ATTR_NODIRATIME.</summary>
    public const ulong NoDirectoryAccessTime = 0x80;

    /// <summary>MOUNT_ATTR_IDMAP: Linux 5.12.</summary>
    public const ulong IdMap = 0x0010_0000;

    /// <summary>MOUNT_ATTR_NOSYMFOLLOW: Linux 5.14.</summary>
    public const ulong NoSymlinks = 0x0020_0000;
}
