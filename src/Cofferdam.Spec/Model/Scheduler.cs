namespace Cofferdam.Spec;

/// <summary>Scheduling attributes of a process.</summary>
/// <remarks>runtime-spec 1.3 config.md, section Linux Process, scheduler; sched_setattr(2).</remarks>
public sealed record Scheduler
{
    /// <summary><c>policy</c>.</summary>
    public SchedulerPolicy Policy { get; init; }

    /// <summary><c>nice</c>: for OTHER and BATCH, -20 to 19.</summary>
    public int Nice { get; init; }

    /// <summary><c>priority</c>: for FIFO and RR, 1 to 99.</summary>
    public int Priority { get; init; }

    /// <summary><c>flags</c>.</summary>
    public SchedulerFlags Flags { get; init; }

    /// <summary><c>runtime</c> in ns: DEADLINE.</summary>
    public ulong Runtime { get; init; }

    /// <summary><c>deadline</c> in ns: DEADLINE.</summary>
    public ulong Deadline { get; init; }

    /// <summary><c>period</c> in ns: DEADLINE.</summary>
    public ulong Period { get; init; }
}
