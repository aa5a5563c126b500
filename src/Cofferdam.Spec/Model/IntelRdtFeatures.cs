namespace Cofferdam.Spec;

/// <summary>What a runtime knows of resctrl.</summary>
/// <remarks>runtime-spec 1.3 features-linux.md, section Intel RDT.</remarks>
public sealed record IntelRdtFeatures
{
    /// <summary><c>enabled</c>.</summary>
    public bool? Enabled { get; init; }

    /// <summary><c>schemata</c>.</summary>
    public bool? Schemata { get; init; }

    /// <summary><c>monitoring</c>.</summary>
    public bool? Monitoring { get; init; }
}
