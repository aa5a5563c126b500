namespace Cofferdam.Spec;

/// <summary>The five capability sets of a process by name (CAP_CHOWN …).</summary>
/// <remarks>runtime-spec 1.3 config.md, section Linux Process; capabilities(7). A set that is absent is null and means the empty set: dockerd drops all by an empty object.</remarks>
public sealed record ProcessCapabilities
{
    /// <summary><c>bounding</c>.</summary>
    public IReadOnlyList<string>? Bounding { get; init; }

    /// <summary><c>effective</c>.</summary>
    public IReadOnlyList<string>? Effective { get; init; }

    /// <summary><c>inheritable</c>.</summary>
    public IReadOnlyList<string>? Inheritable { get; init; }

    /// <summary><c>permitted</c>.</summary>
    public IReadOnlyList<string>? Permitted { get; init; }

    /// <summary><c>ambient</c>.</summary>
    public IReadOnlyList<string>? Ambient { get; init; }
}
