namespace Cofferdam.Shim.Tasks;

/// <summary>Where a process is in its life.</summary>
internal enum ProcessPhase
{
    /// <summary>Made known, not started: an exec that was added, or a container.</summary>
    Created,

    Running,

    /// <summary>Ended, and its exit told.</summary>
    Stopped,
}
