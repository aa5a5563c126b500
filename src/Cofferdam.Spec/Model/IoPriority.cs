namespace Cofferdam.Spec;

/// <summary>I/O priority of a process.</summary>
/// <remarks>runtime-spec 1.3 config.md, section Linux Process, ioPriority; ioprio_set(2).</remarks>
public sealed record IoPriority
{
    /// <summary><c>class</c>.</summary>
    public IoPriorityClass Class { get; init; }

    /// <summary><c>priority</c>: 0 (highest) to 7.</summary>
    public int Priority { get; init; }
}
