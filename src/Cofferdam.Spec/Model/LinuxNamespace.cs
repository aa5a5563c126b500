namespace Cofferdam.Spec;

/// <summary>A namespace to create, or to join by path.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Namespaces.</remarks>
public sealed record LinuxNamespace
{
    /// <summary><c>type</c>.</summary>
    public NamespaceType Type { get; init; }

    /// <summary><c>path</c>: absolute; null makes a new namespace.</summary>
    public string? Path { get; init; }
}
