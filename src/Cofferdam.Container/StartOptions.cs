namespace Cofferdam.Containers;

/// <summary>How to start a created container.</summary>
public sealed record StartOptions
{
    /// <summary>
    /// The host's sd_notify(3) socket (NOTIFY_SOCKET), for a container that was created with one: the container's READY
    /// is passed on to it, followed by MAINPID.
    /// </summary>
    public string? NotifySocket { get; init; }

    /// <summary>Pass READY on from a background thread instead of waiting for it before returning.</summary>
    public bool NotifyInBackground { get; init; }

    /// <summary>Gets the phases of the start.</summary>
    public LaunchTimings? Timings { get; init; }
}
