namespace Cofferdam.Spec;

/// <summary>NUMA policy of the process.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Memory policy (1.3); set_mempolicy(2).</remarks>
public sealed record MemoryPolicy
{
    /// <summary><c>mode</c>.</summary>
    public MemoryPolicyMode Mode { get; init; }

    /// <summary><c>nodes</c>: a list like 0-1.</summary>
    public string? Nodes { get; init; }

    /// <summary><c>flags</c>.</summary>
    public MemoryPolicyFlags Flags { get; init; }
}
