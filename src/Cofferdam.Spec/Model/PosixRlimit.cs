namespace Cofferdam.Spec;

/// <summary>One resource limit.</summary>
/// <remarks>runtime-spec 1.3 config.md, section POSIX process, rlimits; getrlimit(2).</remarks>
public sealed record PosixRlimit
{
    /// <summary><c>type</c>.</summary>
    public RlimitType Type { get; init; }

    /// <summary><c>soft</c>; 2^64-1 is infinity.</summary>
    public ulong Soft { get; init; }

    /// <summary><c>hard</c>; 2^64-1 is infinity.</summary>
    public ulong Hard { get; init; }
}
