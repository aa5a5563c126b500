using Cofferdam.Linux;

namespace Cofferdam.Containers;

/// <summary>
/// What becomes descriptors 0, 1 and 2 of a container's process. An absent one is inherited from the caller. The
/// descriptors stay the caller's: it closes its copies after create or exec, so that it sees the end of the output.
/// </summary>
/// <remarks>Not used when the process has a terminal: then all three are the terminal.</remarks>
public sealed record StandardIo
{
    /// <summary>All three are the caller's own.</summary>
    public static StandardIo Inherited { get; } = new();

    /// <summary>Becomes descriptor 0.</summary>
    public OwnedFd? Input { get; init; }

    /// <summary>Becomes descriptor 1.</summary>
    public OwnedFd? Output { get; init; }

    /// <summary>Becomes descriptor 2.</summary>
    public OwnedFd? Error { get; init; }
}
