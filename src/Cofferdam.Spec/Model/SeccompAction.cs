namespace Cofferdam.Spec;

/// <summary>What happens to a matching system call.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Seccomp; seccomp(2).</remarks>
public enum SeccompAction
{
    /// <summary>SCMP_ACT_KILL and SCMP_ACT_KILL_THREAD.</summary>
    KillThread,

    /// <summary>SCMP_ACT_KILL_PROCESS: Linux 4.14.</summary>
    KillProcess,

    /// <summary>SCMP_ACT_TRAP: SIGSYS.</summary>
    Trap,

    /// <summary>SCMP_ACT_ERRNO.</summary>
    Errno,

    /// <summary>SCMP_ACT_TRACE: ask a tracer.</summary>
    Trace,

    /// <summary>SCMP_ACT_ALLOW.</summary>
    Allow,

    /// <summary>SCMP_ACT_LOG: allow and log; Linux 4.14.</summary>
    Log,

    /// <summary>SCMP_ACT_NOTIFY: ask the listener; Linux 5.0.</summary>
    Notify,
}
