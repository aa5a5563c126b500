namespace Cofferdam.Spec;

/// <summary>Policies of sched_setattr(2), with the kernel's numbers.</summary>
/// <remarks>runtime-spec 1.3 config.md, section Linux Process, scheduler.</remarks>
public enum SchedulerPolicy
{
    /// <summary>SCHED_OTHER.</summary>
    Other = 0,

    /// <summary>SCHED_FIFO.</summary>
    Fifo = 1,

    /// <summary>SCHED_RR.</summary>
    RoundRobin = 2,

    /// <summary>SCHED_BATCH.</summary>
    Batch = 3,

    /// <summary>SCHED_ISO: reserved by the kernel, which refuses it.</summary>
    Iso = 4,

    /// <summary>SCHED_IDLE.</summary>
    Idle = 5,

    /// <summary>SCHED_DEADLINE.</summary>
    Deadline = 6,
}
