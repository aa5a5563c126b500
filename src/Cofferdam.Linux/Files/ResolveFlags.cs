namespace Cofferdam.Linux;

/// <summary>How openat2(2) may walk a path (Linux 5.6).</summary>
[Flags]
public enum ResolveFlags : ulong
{
    None = 0,

    /// <summary>Do not cross a mount point.</summary>
    NoMountCrossing = 0x01,

    /// <summary>Do not follow the magic links of /proc.</summary>
    NoMagicLinks = 0x02,

    /// <summary>Do not follow any symbolic link.</summary>
    NoSymlinks = 0x04,

    /// <summary>Refuse to leave the directory; absolute paths and links are refused too.</summary>
    Beneath = 0x08,

    /// <summary>Treat the directory as the root, as chroot(2) would.</summary>
    InRoot = 0x10,
}
