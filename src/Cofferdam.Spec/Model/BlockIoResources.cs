namespace Cofferdam.Spec;

/// <summary>Block device bandwidth.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Block IO.</remarks>
public sealed record BlockIoResources
{
    /// <summary><c>weight</c>: 10 to 1000.</summary>
    public ushort? Weight { get; init; }

    /// <summary><c>leafWeight</c>: cgroup v1.</summary>
    public ushort? LeafWeight { get; init; }

    /// <summary><c>weightDevice</c>.</summary>
    public IReadOnlyList<WeightDevice> WeightDevice { get; init; } = [];

    /// <summary><c>throttleReadBpsDevice</c>.</summary>
    public IReadOnlyList<ThrottleDevice> ThrottleReadBpsDevice { get; init; } = [];

    /// <summary><c>throttleWriteBpsDevice</c>.</summary>
    public IReadOnlyList<ThrottleDevice> ThrottleWriteBpsDevice { get; init; } = [];

    /// <summary><c>throttleReadIOPSDevice</c>.</summary>
    public IReadOnlyList<ThrottleDevice> ThrottleReadIopsDevice { get; init; } = [];

    /// <summary><c>throttleWriteIOPSDevice</c>.</summary>
    public IReadOnlyList<ThrottleDevice> ThrottleWriteIopsDevice { get; init; } = [];
}
