using Cofferdam.Linux;

namespace Cofferdam.Containers;

/// <summary>How to checkpoint a container.</summary>
public sealed record CheckpointOptions : CriuOptions
{
    /// <summary>The images of an earlier checkpoint or pre-dump of the same container, relative to this one's.</summary>
    public string? ParentPath { get; init; }

    /// <summary>The container goes on after it was saved.</summary>
    public bool LeaveRunning { get; init; }

    /// <summary>Save memory only, while the container runs on: a later checkpoint with this as its parent is short.</summary>
    public bool PreDump { get; init; }

    /// <summary>Send memory to a page server in place of writing it to the images.</summary>
    public PageServerAddress? PageServer { get; init; }

    /// <summary>Gets a NUL byte when a lazy migration is ready to serve pages. It stays the caller's.</summary>
    public OwnedFd? StatusFd { get; init; }

    /// <summary>Ignore TCP connections that are not yet established (CRIU 3.6).</summary>
    public bool TcpSkipInFlight { get; init; }

    /// <summary>Allow links to be made for files that are open but deleted, in the directories where they were.</summary>
    public bool LinkRemap { get; init; }
}
