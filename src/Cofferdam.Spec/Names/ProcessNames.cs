namespace Cofferdam.Spec;

/// <summary>Names of the vocabulary of <c>process</c> and <c>linux.memoryPolicy</c>.</summary>
/// <remarks>runtime-spec 1.3 config.md, section Process; config-linux.md, section Memory policy.</remarks>
public static class ProcessNames
{
    /// <summary>The name of a <see cref="RlimitType"/> in config.json.</summary>
    public static string Name(RlimitType value) => value switch
    {
        RlimitType.Cpu => "RLIMIT_CPU",
        RlimitType.Fsize => "RLIMIT_FSIZE",
        RlimitType.Data => "RLIMIT_DATA",
        RlimitType.Stack => "RLIMIT_STACK",
        RlimitType.Core => "RLIMIT_CORE",
        RlimitType.Rss => "RLIMIT_RSS",
        RlimitType.Nproc => "RLIMIT_NPROC",
        RlimitType.Nofile => "RLIMIT_NOFILE",
        RlimitType.Memlock => "RLIMIT_MEMLOCK",
        RlimitType.As => "RLIMIT_AS",
        RlimitType.Locks => "RLIMIT_LOCKS",
        RlimitType.Sigpending => "RLIMIT_SIGPENDING",
        RlimitType.Msgqueue => "RLIMIT_MSGQUEUE",
        RlimitType.Nice => "RLIMIT_NICE",
        RlimitType.Rtprio => "RLIMIT_RTPRIO",
        RlimitType.Rttime => "RLIMIT_RTTIME",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    /// <summary>The <see cref="RlimitType"/> of a name; false if there is none.</summary>
    public static bool TryParse(string name, out RlimitType value)
    {
        RlimitType? found = name switch
        {
            "RLIMIT_CPU" => RlimitType.Cpu,
            "RLIMIT_FSIZE" => RlimitType.Fsize,
            "RLIMIT_DATA" => RlimitType.Data,
            "RLIMIT_STACK" => RlimitType.Stack,
            "RLIMIT_CORE" => RlimitType.Core,
            "RLIMIT_RSS" => RlimitType.Rss,
            "RLIMIT_NPROC" => RlimitType.Nproc,
            "RLIMIT_NOFILE" => RlimitType.Nofile,
            "RLIMIT_MEMLOCK" => RlimitType.Memlock,
            "RLIMIT_AS" => RlimitType.As,
            "RLIMIT_LOCKS" => RlimitType.Locks,
            "RLIMIT_SIGPENDING" => RlimitType.Sigpending,
            "RLIMIT_MSGQUEUE" => RlimitType.Msgqueue,
            "RLIMIT_NICE" => RlimitType.Nice,
            "RLIMIT_RTPRIO" => RlimitType.Rtprio,
            "RLIMIT_RTTIME" => RlimitType.Rttime,
            _ => null,
        };
        value = found.GetValueOrDefault();
        return found is not null;
    }

    /// <summary>The name of a <see cref="SchedulerPolicy"/> in config.json.</summary>
    public static string Name(SchedulerPolicy value) => value switch
    {
        SchedulerPolicy.Other => "SCHED_OTHER",
        SchedulerPolicy.Fifo => "SCHED_FIFO",
        SchedulerPolicy.RoundRobin => "SCHED_RR",
        SchedulerPolicy.Batch => "SCHED_BATCH",
        SchedulerPolicy.Iso => "SCHED_ISO",
        SchedulerPolicy.Idle => "SCHED_IDLE",
        SchedulerPolicy.Deadline => "SCHED_DEADLINE",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    /// <summary>The <see cref="SchedulerPolicy"/> of a name; false if there is none.</summary>
    public static bool TryParse(string name, out SchedulerPolicy value)
    {
        SchedulerPolicy? found = name switch
        {
            "SCHED_OTHER" => SchedulerPolicy.Other,
            "SCHED_FIFO" => SchedulerPolicy.Fifo,
            "SCHED_RR" => SchedulerPolicy.RoundRobin,
            "SCHED_BATCH" => SchedulerPolicy.Batch,
            "SCHED_ISO" => SchedulerPolicy.Iso,
            "SCHED_IDLE" => SchedulerPolicy.Idle,
            "SCHED_DEADLINE" => SchedulerPolicy.Deadline,
            _ => null,
        };
        value = found.GetValueOrDefault();
        return found is not null;
    }

    /// <summary>The name of a <see cref="SchedulerFlags"/> in config.json.</summary>
    public static string Name(SchedulerFlags value) => value switch
    {
        SchedulerFlags.ResetOnFork => "SCHED_FLAG_RESET_ON_FORK",
        SchedulerFlags.Reclaim => "SCHED_FLAG_RECLAIM",
        SchedulerFlags.DeadlineOverrun => "SCHED_FLAG_DL_OVERRUN",
        SchedulerFlags.KeepPolicy => "SCHED_FLAG_KEEP_POLICY",
        SchedulerFlags.KeepParams => "SCHED_FLAG_KEEP_PARAMS",
        SchedulerFlags.UtilClampMin => "SCHED_FLAG_UTIL_CLAMP_MIN",
        SchedulerFlags.UtilClampMax => "SCHED_FLAG_UTIL_CLAMP_MAX",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    /// <summary>The <see cref="SchedulerFlags"/> of a name; false if there is none.</summary>
    public static bool TryParse(string name, out SchedulerFlags value)
    {
        SchedulerFlags? found = name switch
        {
            "SCHED_FLAG_RESET_ON_FORK" => SchedulerFlags.ResetOnFork,
            "SCHED_FLAG_RECLAIM" => SchedulerFlags.Reclaim,
            "SCHED_FLAG_DL_OVERRUN" => SchedulerFlags.DeadlineOverrun,
            "SCHED_FLAG_KEEP_POLICY" => SchedulerFlags.KeepPolicy,
            "SCHED_FLAG_KEEP_PARAMS" => SchedulerFlags.KeepParams,
            "SCHED_FLAG_UTIL_CLAMP_MIN" => SchedulerFlags.UtilClampMin,
            "SCHED_FLAG_UTIL_CLAMP_MAX" => SchedulerFlags.UtilClampMax,
            _ => null,
        };
        value = found.GetValueOrDefault();
        return found is not null;
    }

    /// <summary>The name of a <see cref="IoPriorityClass"/> in config.json.</summary>
    public static string Name(IoPriorityClass value) => value switch
    {
        IoPriorityClass.RealTime => "IOPRIO_CLASS_RT",
        IoPriorityClass.BestEffort => "IOPRIO_CLASS_BE",
        IoPriorityClass.Idle => "IOPRIO_CLASS_IDLE",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    /// <summary>The <see cref="IoPriorityClass"/> of a name; false if there is none.</summary>
    public static bool TryParse(string name, out IoPriorityClass value)
    {
        IoPriorityClass? found = name switch
        {
            "IOPRIO_CLASS_RT" => IoPriorityClass.RealTime,
            "IOPRIO_CLASS_BE" => IoPriorityClass.BestEffort,
            "IOPRIO_CLASS_IDLE" => IoPriorityClass.Idle,
            _ => null,
        };
        value = found.GetValueOrDefault();
        return found is not null;
    }

    /// <summary>The name of a <see cref="MemoryPolicyMode"/> in config.json.</summary>
    public static string Name(MemoryPolicyMode value) => value switch
    {
        MemoryPolicyMode.Default => "MPOL_DEFAULT",
        MemoryPolicyMode.Preferred => "MPOL_PREFERRED",
        MemoryPolicyMode.Bind => "MPOL_BIND",
        MemoryPolicyMode.Interleave => "MPOL_INTERLEAVE",
        MemoryPolicyMode.Local => "MPOL_LOCAL",
        MemoryPolicyMode.PreferredMany => "MPOL_PREFERRED_MANY",
        MemoryPolicyMode.WeightedInterleave => "MPOL_WEIGHTED_INTERLEAVE",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    /// <summary>The <see cref="MemoryPolicyMode"/> of a name; false if there is none.</summary>
    public static bool TryParse(string name, out MemoryPolicyMode value)
    {
        MemoryPolicyMode? found = name switch
        {
            "MPOL_DEFAULT" => MemoryPolicyMode.Default,
            "MPOL_PREFERRED" => MemoryPolicyMode.Preferred,
            "MPOL_BIND" => MemoryPolicyMode.Bind,
            "MPOL_INTERLEAVE" => MemoryPolicyMode.Interleave,
            "MPOL_LOCAL" => MemoryPolicyMode.Local,
            "MPOL_PREFERRED_MANY" => MemoryPolicyMode.PreferredMany,
            "MPOL_WEIGHTED_INTERLEAVE" => MemoryPolicyMode.WeightedInterleave,
            _ => null,
        };
        value = found.GetValueOrDefault();
        return found is not null;
    }

    /// <summary>The name of a <see cref="MemoryPolicyFlags"/> in config.json.</summary>
    public static string Name(MemoryPolicyFlags value) => value switch
    {
        MemoryPolicyFlags.NumaBalancing => "MPOL_F_NUMA_BALANCING",
        MemoryPolicyFlags.RelativeNodes => "MPOL_F_RELATIVE_NODES",
        MemoryPolicyFlags.StaticNodes => "MPOL_F_STATIC_NODES",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    /// <summary>The <see cref="MemoryPolicyFlags"/> of a name; false if there is none.</summary>
    public static bool TryParse(string name, out MemoryPolicyFlags value)
    {
        MemoryPolicyFlags? found = name switch
        {
            "MPOL_F_NUMA_BALANCING" => MemoryPolicyFlags.NumaBalancing,
            "MPOL_F_RELATIVE_NODES" => MemoryPolicyFlags.RelativeNodes,
            "MPOL_F_STATIC_NODES" => MemoryPolicyFlags.StaticNodes,
            _ => null,
        };
        value = found.GetValueOrDefault();
        return found is not null;
    }
}
