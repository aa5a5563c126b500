namespace Cofferdam.Spec;

/// <summary>Number of tasks.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section PIDs.</remarks>
public sealed record PidsResources
{
    /// <summary><c>limit</c>: -1 is no limit; since 1.3 zero is a limit of zero.</summary>
    public long? Limit { get; init; }
}
