namespace Cofferdam.Spec;

/// <summary>Flags of sched_setattr(2), with the kernel's bits.</summary>
/// <remarks>runtime-spec 1.3 config.md, section Linux Process, scheduler.</remarks>
[Flags]
public enum SchedulerFlags : ulong
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>SCHED_FLAG_RESET_ON_FORK.</summary>
    ResetOnFork = 0x01,

    /// <summary>SCHED_FLAG_RECLAIM.</summary>
    Reclaim = 0x02,

    /// <summary>SCHED_FLAG_DL_OVERRUN.</summary>
    DeadlineOverrun = 0x04,

    /// <summary>SCHED_FLAG_KEEP_POLICY.</summary>
    KeepPolicy = 0x08,

    /// <summary>SCHED_FLAG_KEEP_PARAMS.</summary>
    KeepParams = 0x10,

    /// <summary>SCHED_FLAG_UTIL_CLAMP_MIN.</summary>
    UtilClampMin = 0x20,

    /// <summary>SCHED_FLAG_UTIL_CLAMP_MAX.</summary>
    UtilClampMax = 0x40,
}
