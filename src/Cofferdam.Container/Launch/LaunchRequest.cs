using Cofferdam.Cgroups;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch;

/// <summary>Everything that the launch of a container's init depends on.</summary>
internal sealed record LaunchRequest
{
    /// <summary>The validated configuration.</summary>
    public required RuntimeSpec Spec { get; init; }

    /// <summary>Absolute path of the bundle.</summary>
    public required string Bundle { get; init; }

    public required ContainerId Id { get; init; }

    /// <summary>The container's state directory; holds the exec fifo when <see cref="WaitForStart"/>.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>
    /// The container's cgroup, made by <see cref="BeforeInit"/> if init is to be born in it, else by <see cref="BesideInit"/>;
    /// null leaves init in the caller's.
    /// </summary>
    public ICgroup? Cgroup { get; init; }

    public StandardIo Io { get; init; } = StandardIo.Inherited;

    public string? ConsoleSocket { get; init; }

    /// <summary>Nobody will hold a terminal's master side, so a terminal needs the console socket.</summary>
    public bool Detached { get; init; }

    public bool NoPivot { get; init; }

    public bool NoNewKeyring { get; init; }

    /// <summary>How many descriptors from 3 on the program keeps, after the <see cref="ListenFds"/> ones.</summary>
    public int PreserveFds { get; init; }

    /// <summary>How many descriptors from 3 on are socket activation's (sd_listen_fds(3)).</summary>
    public int ListenFds { get; init; }

    public bool Rootless { get; init; }

    /// <summary>Init waits at the exec fifo; otherwise it executes the program as soon as <see cref="Ready"/> returned.</summary>
    public bool WaitForStart { get; init; } = true;

    public LaunchTimings? Timings { get; init; }

    /// <summary>See <see cref="CreateOptions.Notes"/>.</summary>
    public ICollection<string>? Notes { get; init; }

    /// <summary>The state that hooks and seccomp listeners get, for a pid and a status.</summary>
    public required Func<int, string, ContainerState> StateForHooks { get; init; }

    /// <summary>
    /// Called once, as soon as the process that will be init exists: its pid and start time are recorded, so that a delete
    /// finds it if this process is killed.
    /// </summary>
    public required Action<int, ulong> ProcessExists { get; init; }

    /// <summary>Called once, right before init is started: what must exist by then.</summary>
    public required Action BeforeInit { get; init; }

    /// <summary>Changes the plan before it runs: a rehearsal leaves out what would last.</summary>
    public Func<LaunchPlan, LaunchPlan>? Rework { get; init; }

    /// <summary>
    /// Called once, with the pid of the process that was started (it may yet fork): what the parent can do while that makes
    /// namespaces and mounts. When it returns, the cgroup exists and has its limits.
    /// </summary>
    public required Action<int> BesideInit { get; init; }

    /// <summary>Called once, when init has done everything but wait for start and execute.</summary>
    public required Action<LaunchedProcess> Ready { get; init; }
}
