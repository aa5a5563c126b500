namespace Cofferdam.Bench.Shims;

/// <summary>A thread in a trace: what it runs now.</summary>
internal sealed class TracedTask(string program)
{
    public string Program { get; set; } = program;

    /// <summary>The program of an execve whose end has not been seen.</summary>
    public string? Executing { get; set; }

    /// <summary>Whether its last clone is for a thread.</summary>
    public bool ClonesThread { get; set; }
}
