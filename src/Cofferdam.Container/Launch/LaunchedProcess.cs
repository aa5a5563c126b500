using Cofferdam.Linux;

namespace Cofferdam.Containers.Launch;

/// <summary>A process that a launch made. The descriptors belong to whoever receives it.</summary>
internal sealed class LaunchedProcess
{
    /// <summary>Its pid in the caller's pid namespace.</summary>
    public required int Pid { get; init; }

    /// <summary>When it started, in clock ticks since boot (proc(5), stat field 22).</summary>
    public required ulong StartTime { get; init; }

    public required OwnedFd Pidfd { get; init; }

    /// <summary>The master side of its terminal, unless it went to a console socket.</summary>
    public OwnedFd? Console { get; init; }
}
