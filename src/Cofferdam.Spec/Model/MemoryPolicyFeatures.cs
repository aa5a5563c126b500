namespace Cofferdam.Spec;

/// <summary>What a runtime knows of NUMA policies.</summary>
/// <remarks>runtime-spec 1.3 features-linux.md, section Memory policy.</remarks>
public sealed record MemoryPolicyFeatures
{
    /// <summary><c>modes</c>.</summary>
    public IReadOnlyList<string>? Modes { get; init; }

    /// <summary><c>flags</c>.</summary>
    public IReadOnlyList<string>? Flags { get; init; }
}
