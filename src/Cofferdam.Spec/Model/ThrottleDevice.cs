namespace Cofferdam.Spec;

/// <summary>Rate of one block device.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Block IO.</remarks>
public sealed record ThrottleDevice
{
    /// <summary><c>major</c>.</summary>
    public long Major { get; init; }

    /// <summary><c>minor</c>.</summary>
    public long Minor { get; init; }

    /// <summary><c>rate</c>: bytes or operations a second.</summary>
    public ulong Rate { get; init; }
}
