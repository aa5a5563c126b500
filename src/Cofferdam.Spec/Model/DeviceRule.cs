namespace Cofferdam.Spec;

/// <summary>A rule of the device cgroup.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Device Cgroup.</remarks>
public sealed record DeviceRule
{
    /// <summary><c>allow</c>.</summary>
    public bool Allow { get; init; }

    /// <summary><c>type</c>: null is all.</summary>
    public DeviceType? Type { get; init; }

    /// <summary><c>major</c>: null is all.</summary>
    public long? Major { get; init; }

    /// <summary><c>minor</c>: null is all.</summary>
    public long? Minor { get; init; }

    /// <summary><c>access</c>: letters of "rwm"; null is all.</summary>
    public string? Access { get; init; }
}
