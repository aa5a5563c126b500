using Cofferdam.Cgroups;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>What init gets besides its plan.</summary>
internal sealed record InitProcessOptions
{
    public StandardIo Io { get; init; } = StandardIo.Inherited;

    /// <summary>The container's init, for a process that joins it.</summary>
    public OwnedFd? ContainerInit { get; init; }

    /// <summary>An O_PATH descriptor of exec.fifo.</summary>
    public OwnedFd? Fifo { get; init; }

    /// <summary>The cgroup in which the process begins; without <see cref="CgroupEntry.CloneInto"/> it is the caller's.</summary>
    public CgroupEntry? Cgroup { get; init; }

    /// <summary>Note the time of each step.</summary>
    public bool Timed { get; init; }
}
