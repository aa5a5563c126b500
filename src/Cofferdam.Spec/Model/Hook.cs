namespace Cofferdam.Spec;

/// <summary>One program to run.</summary>
/// <remarks>runtime-spec 1.3 config.md, section POSIX-platform Hooks.</remarks>
public sealed record Hook
{
    /// <summary><c>path</c>: absolute.</summary>
    public string Path { get; init; } = "";

    /// <summary><c>args</c>, argv[0] included; empty means the path alone.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary><c>env</c>: the whole environment.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary><c>timeout</c> in seconds; null waits without limit.</summary>
    public int? Timeout { get; init; }
}
