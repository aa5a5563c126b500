namespace Cofferdam.Linux;

/// <summary>What to run as a child, and what it gets.</summary>
public sealed record ChildStart
{
    /// <summary>The program's path; PATH is not searched.</summary>
    public required string Path { get; init; }

    /// <summary>The arguments, with the zeroth; empty stands for the path alone.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The whole environment, as NAME=value. Nothing is inherited.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>The child's descriptor 0; null passes on that of this process.</summary>
    public OwnedFd? StandardInput { get; init; }

    /// <summary>The child's descriptor 1; null passes on that of this process.</summary>
    public OwnedFd? StandardOutput { get; init; }

    /// <summary>The child's descriptor 2; null passes on that of this process.</summary>
    public OwnedFd? StandardError { get; init; }

    /// <summary>Descriptors the child gets as 3, 4, 5 … No other is open in it.</summary>
    public IReadOnlyList<OwnedFd> ExtraFds { get; init; } = [];

    /// <summary>The working directory; null keeps that of this process.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Makes the child leader of a new session, without a controlling terminal (setsid(2)).</summary>
    public bool NewSession { get; init; }
}
