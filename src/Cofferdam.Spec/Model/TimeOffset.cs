namespace Cofferdam.Spec;

/// <summary>Offset of one clock in a new time namespace.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Offset for Time Namespace; time_namespaces(7), Linux 5.6.</remarks>
public sealed record TimeOffset
{
    /// <summary><c>secs</c>.</summary>
    public long Secs { get; init; }

    /// <summary><c>nanosecs</c>: below 10^9.</summary>
    public uint Nanosecs { get; init; }
}
