namespace Cofferdam.Spec;

/// <summary>The program that a container runs, and what it may do.</summary>
/// <remarks>runtime-spec 1.3 config.md, section Process.</remarks>
public sealed record Process
{
    /// <summary><c>terminal</c>: a pseudo-terminal is made for the process.</summary>
    public bool Terminal { get; init; }

    /// <summary><c>consoleSize</c>; without effect when there is no terminal.</summary>
    public ConsoleSize? ConsoleSize { get; init; }

    /// <summary><c>user</c>: root where absent.</summary>
    public User User { get; init; } = new();

    /// <summary><c>args</c>, as for execvp(3).</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary><c>commandLine</c>: Windows only, kept but not used.</summary>
    public string? CommandLine { get; init; }

    /// <summary><c>env</c>: NAME=value.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary><c>cwd</c>: absolute, inside the container.</summary>
    public string Cwd { get; init; } = "";

    /// <summary><c>capabilities</c>; null leaves the sets as they are.</summary>
    public ProcessCapabilities? Capabilities { get; init; }

    /// <summary><c>rlimits</c>; each type at most once.</summary>
    public IReadOnlyList<PosixRlimit> Rlimits { get; init; } = [];

    /// <summary><c>noNewPrivileges</c>: prctl(2) PR_SET_NO_NEW_PRIVS.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary><c>apparmorProfile</c>.</summary>
    public string? ApparmorProfile { get; init; }

    /// <summary><c>oomScoreAdj</c>: -1000 to 1000; null leaves it unchanged.</summary>
    public int? OomScoreAdj { get; init; }

    /// <summary><c>scheduler</c>: sched_setattr(2).</summary>
    public Scheduler? Scheduler { get; init; }

    /// <summary><c>selinuxLabel</c>.</summary>
    public string? SelinuxLabel { get; init; }

    /// <summary><c>ioPriority</c>: ioprio_set(2).</summary>
    public IoPriority? IoPriority { get; init; }

    /// <summary><c>execCPUAffinity</c>: only for processes added by exec.</summary>
    public CpuAffinity? ExecCpuAffinity { get; init; }
}
