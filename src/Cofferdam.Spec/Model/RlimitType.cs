namespace Cofferdam.Spec;

/// <summary>Resources of setrlimit(2), with the numbers of asm-generic/resource.h (x86-64, arm64).</summary>
/// <remarks>runtime-spec 1.3 config.md, section POSIX process, rlimits.</remarks>
public enum RlimitType
{
    /// <summary>RLIMIT_CPU.</summary>
    Cpu = 0,

    /// <summary>RLIMIT_FSIZE.</summary>
    Fsize = 1,

    /// <summary>RLIMIT_DATA.</summary>
    Data = 2,

    /// <summary>RLIMIT_STACK.</summary>
    Stack = 3,

    /// <summary>RLIMIT_CORE.</summary>
    Core = 4,

    /// <summary>RLIMIT_RSS.</summary>
    Rss = 5,

    /// <summary>RLIMIT_NPROC.</summary>
    Nproc = 6,

    /// <summary>RLIMIT_NOFILE.</summary>
    Nofile = 7,

    /// <summary>RLIMIT_MEMLOCK.</summary>
    Memlock = 8,

    /// <summary>RLIMIT_AS.</summary>
    As = 9,

    /// <summary>RLIMIT_LOCKS.</summary>
    Locks = 10,

    /// <summary>RLIMIT_SIGPENDING.</summary>
    Sigpending = 11,

    /// <summary>RLIMIT_MSGQUEUE.</summary>
    Msgqueue = 12,

    /// <summary>RLIMIT_NICE.</summary>
    Nice = 13,

    /// <summary>RLIMIT_RTPRIO.</summary>
    Rtprio = 14,

    /// <summary>RLIMIT_RTTIME.</summary>
    Rttime = 15,
}
