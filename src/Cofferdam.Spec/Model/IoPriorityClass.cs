namespace Cofferdam.Spec;

/// <summary>Classes of ioprio_set(2), with the kernel's numbers.</summary>
/// <remarks>runtime-spec 1.3 config.md, section Linux Process, ioPriority.</remarks>
public enum IoPriorityClass
{
    /// <summary>IOPRIO_CLASS_RT.</summary>
    RealTime = 1,

    /// <summary>IOPRIO_CLASS_BE.</summary>
    BestEffort = 2,

    /// <summary>IOPRIO_CLASS_IDLE.</summary>
    Idle = 3,
}
