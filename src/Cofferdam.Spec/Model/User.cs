namespace Cofferdam.Spec;

/// <summary>The ids a process runs with, as seen inside the container.</summary>
/// <remarks>runtime-spec 1.3 config.md, section POSIX-platform User.</remarks>
public sealed record User
{
    /// <summary><c>uid</c>.</summary>
    public uint Uid { get; init; }

    /// <summary><c>gid</c>.</summary>
    public uint Gid { get; init; }

    /// <summary><c>umask</c>: null keeps the caller's.</summary>
    public uint? Umask { get; init; }

    /// <summary><c>additionalGids</c>.</summary>
    public IReadOnlyList<uint> AdditionalGids { get; init; } = [];

    /// <summary><c>username</c>: Windows only, kept but not used.</summary>
    public string? Username { get; init; }
}
