namespace Cofferdam.Spec;

/// <summary>The CPUs of a process added by exec, as lists like <c>0-3,7</c>.</summary>
/// <remarks>runtime-spec 1.3 config.md, section Linux Process, execCPUAffinity.</remarks>
public sealed record CpuAffinity
{
    /// <summary><c>initial</c>: before the process enters the container's cgroup.</summary>
    public string? Initial { get; init; }

    /// <summary><c>final</c>: after it has entered it.</summary>
    public string? Final { get; init; }
}
