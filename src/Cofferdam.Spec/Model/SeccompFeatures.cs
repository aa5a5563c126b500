namespace Cofferdam.Spec;

/// <summary>What a runtime knows of seccomp.</summary>
/// <remarks>runtime-spec 1.3 features-linux.md, section Seccomp.</remarks>
public sealed record SeccompFeatures
{
    /// <summary><c>enabled</c>.</summary>
    public bool? Enabled { get; init; }

    /// <summary><c>actions</c>.</summary>
    public IReadOnlyList<string>? Actions { get; init; }

    /// <summary><c>operators</c>.</summary>
    public IReadOnlyList<string>? Operators { get; init; }

    /// <summary><c>archs</c>.</summary>
    public IReadOnlyList<string>? Archs { get; init; }

    /// <summary><c>knownFlags</c>.</summary>
    public IReadOnlyList<string>? KnownFlags { get; init; }

    /// <summary><c>supportedFlags</c>.</summary>
    public IReadOnlyList<string>? SupportedFlags { get; init; }
}
