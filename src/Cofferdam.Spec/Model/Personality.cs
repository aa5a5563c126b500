namespace Cofferdam.Spec;

/// <summary>Execution domain.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Personality; personality(2).</remarks>
public sealed record Personality
{
    /// <summary><c>domain</c>.</summary>
    public PersonalityDomain Domain { get; init; }

    /// <summary><c>flags</c>: none are defined by the specification.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];
}
