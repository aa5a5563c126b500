namespace Cofferdam.Spec;

/// <summary>Programs run at points of a container's life.</summary>
/// <remarks>runtime-spec 1.3 config.md, section POSIX-platform Hooks.</remarks>
public sealed record Hooks
{
    /// <summary><c>prestart</c>: in the runtime's namespaces, before createRuntime. Deprecated by the specification, in wide use.</summary>
    public IReadOnlyList<Hook> Prestart { get; init; } = [];

    /// <summary><c>createRuntime</c>: in the runtime's namespaces, after the container's are made and before pivot_root.</summary>
    public IReadOnlyList<Hook> CreateRuntime { get; init; } = [];

    /// <summary><c>createContainer</c>: in the container's namespaces with the runtime's paths, before pivot_root.</summary>
    public IReadOnlyList<Hook> CreateContainer { get; init; } = [];

    /// <summary><c>startContainer</c>: in the container, before the program is executed.</summary>
    public IReadOnlyList<Hook> StartContainer { get; init; } = [];

    /// <summary><c>poststart</c>: in the runtime's namespaces, after the program was executed.</summary>
    public IReadOnlyList<Hook> Poststart { get; init; } = [];

    /// <summary><c>poststop</c>: in the runtime's namespaces, after the container was deleted.</summary>
    public IReadOnlyList<Hook> Poststop { get; init; } = [];
}
