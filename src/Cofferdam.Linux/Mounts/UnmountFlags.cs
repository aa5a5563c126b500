namespace Cofferdam.Linux;

/// <summary>Flags of umount2(2).</summary>
[Flags]
public enum UnmountFlags
{
    None = 0,

    /// <summary>MNT_FORCE.</summary>
    Force = 1,

    /// <summary>MNT_DETACH: out of the tree now, gone when no longer in use.</summary>
    Detach = 2,

    /// <summary>MNT_EXPIRE.</summary>
    Expire = 4,

    /// <summary>UMOUNT_NOFOLLOW: do not follow the last component if it is a link.</summary>
    NoFollow = 8,
}
