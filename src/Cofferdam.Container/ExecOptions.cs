using Cofferdam.Spec;

namespace Cofferdam.Containers;

/// <summary>How to run another process in a container.</summary>
public sealed record ExecOptions
{
    /// <summary>The process. Unlike in a configuration nothing is taken over from the container's own process.</summary>
    public required Process Process { get; init; }

    /// <summary>
    /// Cgroups below the container's to put the process in: <c>path</c> or <c>controller[,controller]:path</c>. They
    /// must exist.
    /// </summary>
    public IReadOnlyList<string> SubCgroups { get; init; } = [];

    /// <summary>Exec although the container is paused; the process runs when it is resumed.</summary>
    public bool IgnorePaused { get; init; }

    /// <summary>A unix socket that receives the master side of the terminal (unix(7), SCM_RIGHTS).</summary>
    public string? ConsoleSocket { get; init; }

    /// <summary>A unix socket that receives a pidfd of the process.</summary>
    public string? PidfdSocket { get; init; }

    /// <summary>A file that gets the process's pid, in decimal without a newline.</summary>
    public string? PidFile { get; init; }

    /// <summary>How many descriptors from 3 on the process keeps.</summary>
    public int PreserveFds { get; init; }

    /// <summary>Descriptors 0 to 2 of the process; null gives it the caller's.</summary>
    public StandardIo? Io { get; init; }

    /// <summary>The caller will not wait for the process. A terminal then needs a console socket.</summary>
    public bool Detached { get; init; }

    /// <summary>Gets the phases of the launch.</summary>
    public LaunchTimings? Timings { get; init; }
}
