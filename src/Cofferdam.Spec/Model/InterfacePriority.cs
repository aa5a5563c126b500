namespace Cofferdam.Spec;

/// <summary>Priority of traffic on one interface.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Network.</remarks>
public sealed record InterfacePriority
{
    /// <summary><c>name</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>priority</c>.</summary>
    public uint Priority { get; init; }
}
