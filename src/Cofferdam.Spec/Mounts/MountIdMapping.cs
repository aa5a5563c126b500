namespace Cofferdam.Spec;

/// <summary>A range given in the option itself: <c>idmap=uids=0-1000-10;gids=@1-3-10</c> (crun's extension).</summary>
/// <remarks><c>ContainerId</c> is the first number, the id in the filesystem, <c>HostId</c> the second.</remarks>
public sealed record MountIdMapping
{
    /// <summary>The three numbers.</summary>
    public required IdMapping Mapping { get; init; }

    /// <summary>Marked by @: the host id counts from the container's user namespace.</summary>
    public bool Relative { get; init; }
}
