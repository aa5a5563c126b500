namespace Cofferdam.Containers;

/// <summary>What a checkpoint and a restore have in common; criu(8) tells more of each.</summary>
public abstract record CriuOptions
{
    /// <summary>The directory of the images. A checkpoint makes it, with those above it.</summary>
    public required string ImagePath { get; init; }

    /// <summary>Where CRIU's log and sockets go; null for the directory of the images.</summary>
    public string? WorkPath { get; init; }

    /// <summary>The criu program; null for the one in PATH.</summary>
    public string? CriuPath { get; init; }

    /// <summary>Save and restore established TCP connections. Their addresses must exist where they are restored.</summary>
    public bool TcpEstablished { get; init; }

    /// <summary>Allow Unix sockets whose other end is outside of the container.</summary>
    public bool ExternalUnixSockets { get; init; }

    /// <summary>Allow a session whose leader, or a terminal which, is outside of the container.</summary>
    public bool ShellJob { get; init; }

    /// <summary>Save and restore file locks: whoever shares the files must be stopped meanwhile.</summary>
    public bool FileLocks { get; init; }

    /// <summary>
    /// Migrate memory after the processes (userfaultfd(2)): a checkpoint serves it at <see cref="CheckpointOptions.PageServer"/>
    /// until all was fetched, a restore gets it from <c>criu lazy-pages</c>, which must run in the work directory.
    /// </summary>
    public bool LazyPages { get; init; }

    /// <summary>Punch what a later image repeats out of the earlier ones, or out of the images what was restored.</summary>
    public bool AutoDedup { get; init; }

    /// <summary>What to do about the properties of cgroups.</summary>
    public CriuCgroupMode CgroupMode { get; init; }

    /// <summary>How packets are kept away meanwhile.</summary>
    public CriuNetworkLock NetworkLock { get; init; }

    /// <summary>Gets a line for each thing that did not stop the operation.</summary>
    public ICollection<string>? Warnings { get; init; }
}
