namespace Cofferdam.Spec;

/// <summary>Weight of one block device.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Block IO.</remarks>
public sealed record WeightDevice
{
    /// <summary><c>major</c>.</summary>
    public long Major { get; init; }

    /// <summary><c>minor</c>.</summary>
    public long Minor { get; init; }

    /// <summary><c>weight</c>.</summary>
    public ushort? Weight { get; init; }

    /// <summary><c>leafWeight</c>: cgroup v1.</summary>
    public ushort? LeafWeight { get; init; }
}
