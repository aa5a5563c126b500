namespace Cofferdam.Spec;

/// <summary>Names of capabilities.</summary>
/// <remarks>runtime-spec 1.3 config.md, section Linux Process; capabilities(7), complete up to Linux 5.9.</remarks>
public static class CapabilityNames
{
    /// <summary>Every known name in the order of the kernel's numbers: an index is the number.</summary>
    public static IReadOnlyList<string> All =>
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
        "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST",
        "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO",
        "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE",
        "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE",
        "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ];

    /// <summary>Whether the name is known, exactly as it is written.</summary>
    public static bool IsKnown(string name) => name is
        "CAP_CHOWN" or "CAP_DAC_OVERRIDE" or "CAP_DAC_READ_SEARCH" or "CAP_FOWNER" or "CAP_FSETID" or "CAP_KILL"
        or "CAP_SETGID" or "CAP_SETUID" or "CAP_SETPCAP" or "CAP_LINUX_IMMUTABLE" or "CAP_NET_BIND_SERVICE"
        or "CAP_NET_BROADCAST" or "CAP_NET_ADMIN" or "CAP_NET_RAW" or "CAP_IPC_LOCK" or "CAP_IPC_OWNER"
        or "CAP_SYS_MODULE" or "CAP_SYS_RAWIO" or "CAP_SYS_CHROOT" or "CAP_SYS_PTRACE" or "CAP_SYS_PACCT"
        or "CAP_SYS_ADMIN" or "CAP_SYS_BOOT" or "CAP_SYS_NICE" or "CAP_SYS_RESOURCE" or "CAP_SYS_TIME"
        or "CAP_SYS_TTY_CONFIG" or "CAP_MKNOD" or "CAP_LEASE" or "CAP_AUDIT_WRITE" or "CAP_AUDIT_CONTROL"
        or "CAP_SETFCAP" or "CAP_MAC_OVERRIDE" or "CAP_MAC_ADMIN" or "CAP_SYSLOG" or "CAP_WAKE_ALARM"
        or "CAP_BLOCK_SUSPEND" or "CAP_AUDIT_READ" or "CAP_PERFMON" or "CAP_BPF" or "CAP_CHECKPOINT_RESTORE";
}
