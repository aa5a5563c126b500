namespace Cofferdam.Spec;

/// <summary>The size of a terminal in characters.</summary>
/// <remarks>runtime-spec 1.3 config.md, section Process, consoleSize.</remarks>
public sealed record ConsoleSize
{
    /// <summary><c>height</c>: rows.</summary>
    public uint Height { get; init; }

    /// <summary><c>width</c>: columns.</summary>
    public uint Width { get; init; }
}
