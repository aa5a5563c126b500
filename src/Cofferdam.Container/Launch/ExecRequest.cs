using Cofferdam.Cgroups;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch;

/// <summary>Everything that the launch of another process in a running container depends on.</summary>
internal sealed record ExecRequest
{
    /// <summary>The process to run.</summary>
    public required Process Process { get; init; }

    /// <summary>The container's configuration: its namespaces, seccomp profile, personality and memory policy hold for all.</summary>
    public required RuntimeSpec Spec { get; init; }

    public required ContainerId Id { get; init; }

    /// <summary>The container's init, whose namespaces are joined.</summary>
    public required int InitPid { get; init; }

    /// <summary>When init started: its pid alone may have been given away again.</summary>
    public required ulong InitStartTime { get; init; }

    public ICgroup? Cgroup { get; init; }

    /// <summary>See <see cref="ICgroup.OpenEntry"/>.</summary>
    public IReadOnlyList<string> SubCgroups { get; init; } = [];

    public StandardIo Io { get; init; } = StandardIo.Inherited;

    public string? ConsoleSocket { get; init; }

    /// <summary>Nobody will hold a terminal's master side, so a terminal needs the console socket.</summary>
    public bool Detached { get; init; }

    /// <summary>How many descriptors from 3 on the process keeps.</summary>
    public int PreserveFds { get; init; }

    public bool Rootless { get; init; }

    /// <summary>The container shares its creator's session keyring.</summary>
    public bool NoNewKeyring { get; init; }

    public LaunchTimings? Timings { get; init; }

    /// <summary>Called once, when the process has done everything but execute, with its pid.</summary>
    public Action<int>? Ready { get; init; }

    /// <summary>The state that seccomp listeners get.</summary>
    public required Func<int, string, ContainerState> StateForHooks { get; init; }
}
