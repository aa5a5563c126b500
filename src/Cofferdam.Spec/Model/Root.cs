namespace Cofferdam.Spec;

/// <summary>The container's root filesystem.</summary>
/// <remarks>runtime-spec 1.3 config.md, section Root.</remarks>
public sealed record Root
{
    /// <summary><c>path</c>: absolute, or relative to the bundle.</summary>
    public string Path { get; init; } = "";

    /// <summary><c>readonly</c>.</summary>
    public bool Readonly { get; init; }
}
