namespace Cofferdam.Spec;

/// <summary>The <c>options</c> of a mount, sorted by what the kernel takes them for.</summary>
public sealed record ParsedMountOptions
{
    /// <summary>Attributes to set on this mount (<see cref="MountAttributes"/>).</summary>
    public ulong SetAttributes { get; init; }

    /// <summary>Attributes to clear on this mount; the whole access time field wherever one of its values is chosen.</summary>
    public ulong ClearAttributes { get; init; }

    /// <summary>Attributes to set on this mount and all below it: mount_setattr(2) with AT_RECURSIVE, Linux 5.12.</summary>
    public ulong RecursiveSet { get; init; }

    /// <summary>Attributes to clear on this mount and all below it.</summary>
    public ulong RecursiveClear { get; init; }

    /// <summary>Options of the filesystem to switch on. <c>ro</c> is not here but in <see cref="SetAttributes"/>.</summary>
    public SuperblockFlags SuperFlags { get; init; }

    /// <summary>Options of the filesystem to switch off; of interest for a remount only.</summary>
    public SuperblockFlags ClearSuperFlags { get; init; }

    /// <summary><c>bind</c> or <c>rbind</c>.</summary>
    public bool Bind { get; init; }

    /// <summary><c>rbind</c>.</summary>
    public bool RecursiveBind { get; init; }

    /// <summary><c>remount</c>.</summary>
    public bool Remount { get; init; }

    /// <summary>Propagation changes in their order: MS_SHARED, MS_SLAVE, MS_PRIVATE or MS_UNBINDABLE, with MS_REC for the r forms.</summary>
    public IReadOnlyList<ulong> PropagationFlags { get; init; } = [];

    /// <summary><c>idmap</c> or <c>ridmap</c>.</summary>
    public bool IdMap { get; init; }

    /// <summary><c>ridmap</c>: mounts below are mapped too.</summary>
    public bool RecursiveIdMap { get; init; }

    /// <summary>User id ranges given in the option; empty means the mount's or the container's mappings.</summary>
    public IReadOnlyList<MountIdMapping> IdMapUids { get; init; } = [];

    /// <summary>Group id ranges given in the option.</summary>
    public IReadOnlyList<MountIdMapping> IdMapGids { get; init; } = [];

    /// <summary><c>tmpcopyup</c>: a tmpfs starts with the content it covers.</summary>
    public bool TmpCopyUp { get; init; }

    /// <summary><c>copy-symlink</c>: a source that is a symlink is made again in the container, not mounted.</summary>
    public bool CopySymlink { get; init; }

    /// <summary><c>src-nofollow</c>: a source that is a symlink is mounted as such.</summary>
    public bool SourceNoFollow { get; init; }

    /// <summary><c>dest-nofollow</c>: a destination that is a symlink is mounted over as such.</summary>
    public bool DestinationNoFollow { get; init; }

    /// <summary>What remains, for the filesystem: <c>key</c> or <c>key=value</c>, in order.</summary>
    public IReadOnlyList<string> Data { get; init; } = [];
}
