using System.Collections.ObjectModel;

namespace Cofferdam.Spec;

/// <summary>What a runtime recognizes.</summary>
/// <remarks>runtime-spec 1.3 features.md. A null list or object is left out, which means "unknown".</remarks>
public sealed record FeaturesDocument
{
    /// <summary><c>ociVersionMin</c>.</summary>
    public string OciVersionMin { get; init; } = "";

    /// <summary><c>ociVersionMax</c>.</summary>
    public string OciVersionMax { get; init; } = "";

    /// <summary><c>hooks</c>.</summary>
    public IReadOnlyList<string>? Hooks { get; init; }

    /// <summary><c>mountOptions</c>.</summary>
    public IReadOnlyList<string>? MountOptions { get; init; }

    /// <summary><c>linux</c>.</summary>
    public LinuxFeatures? Linux { get; init; }

    /// <summary><c>annotations</c>.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary><c>potentiallyUnsafeConfigAnnotations</c>.</summary>
    public IReadOnlyList<string>? PotentiallyUnsafeConfigAnnotations { get; init; }
}
