namespace Cofferdam.Spec;

/// <summary>Reads the scheduling fields of <c>process</c>, and <c>linux.memoryPolicy</c>.</summary>
internal static class SchedulingReader
{
    public static Scheduler? ReadScheduler(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        long start = c.Position;
        SchedulerPolicy? policy = null;
        int? nice = null, priority = null;
        SchedulerFlags flags = SchedulerFlags.None;
        ulong? runtime = null, deadline = null, period = null;
        while (c.NextField())
        {
            if (c.Is("policy"u8))
                policy = ProcessNames.TryParse(c.RequiredString(), out SchedulerPolicy p) ? p : throw c.Refuse("must be a policy such as SCHED_OTHER");
            else if (c.Is("nice"u8)) nice = c.Int32();
            else if (c.Is("priority"u8)) priority = c.Int32();
            else if (c.Is("flags"u8)) flags = ReadSchedulerFlags(ref c);
            else if (c.Is("runtime"u8)) runtime = c.UInt64();
            else if (c.Is("deadline"u8)) deadline = c.UInt64();
            else if (c.Is("period"u8)) period = c.UInt64();
            else c.Unknown();
        }
        return new Scheduler
        {
            Policy = policy ?? throw c.ErrorAt(start, "must have a policy"),
            Nice = nice ?? 0,
            Priority = priority ?? 0,
            Flags = flags,
            Runtime = runtime ?? 0,
            Deadline = deadline ?? 0,
            Period = period ?? 0,
        };
    }

    public static IoPriority? ReadIoPriority(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        long start = c.Position;
        IoPriorityClass? ioClass = null;
        int? priority = null;
        while (c.NextField())
        {
            if (c.Is("class"u8))
                ioClass = ProcessNames.TryParse(c.RequiredString(), out IoPriorityClass k) ? k : throw c.Refuse("must be IOPRIO_CLASS_RT, IOPRIO_CLASS_BE or IOPRIO_CLASS_IDLE");
            else if (c.Is("priority"u8)) priority = c.Int32();
            else c.Unknown();
        }
        return new IoPriority { Class = ioClass ?? throw c.ErrorAt(start, "must have a class"), Priority = priority ?? 0 };
    }

    public static CpuAffinity? ReadAffinity(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        string? initial = null, final = null;
        while (c.NextField())
        {
            if (c.Is("initial"u8)) initial = c.String();
            else if (c.Is("final"u8)) final = c.String();
            else c.Unknown();
        }
        return new CpuAffinity { Initial = initial, Final = final };
    }

    public static MemoryPolicy? ReadMemoryPolicy(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        long start = c.Position;
        MemoryPolicyMode? mode = null;
        string? nodes = null;
        MemoryPolicyFlags flags = MemoryPolicyFlags.None;
        while (c.NextField())
        {
            if (c.Is("mode"u8))
                mode = ProcessNames.TryParse(c.RequiredString(), out MemoryPolicyMode m) ? m : throw c.Refuse("must be a mode such as MPOL_BIND");
            else if (c.Is("nodes"u8)) nodes = c.String();
            else if (c.Is("flags"u8)) flags = ReadMemoryPolicyFlags(ref c);
            else c.Unknown();
        }
        return new MemoryPolicy { Mode = mode ?? throw c.ErrorAt(start, "must have a mode"), Nodes = nodes, Flags = flags };
    }

    private static SchedulerFlags ReadSchedulerFlags(ref JsonCursor c)
    {
        SchedulerFlags flags = SchedulerFlags.None;
        if (!c.BeginArray()) return flags;
        while (c.NextElement())
            flags |= ProcessNames.TryParse(c.RequiredString(), out SchedulerFlags flag) ? flag : throw c.Refuse("must be a flag such as SCHED_FLAG_RESET_ON_FORK");
        return flags;
    }

    private static MemoryPolicyFlags ReadMemoryPolicyFlags(ref JsonCursor c)
    {
        MemoryPolicyFlags flags = MemoryPolicyFlags.None;
        if (!c.BeginArray()) return flags;
        while (c.NextElement())
            flags |= ProcessNames.TryParse(c.RequiredString(), out MemoryPolicyFlags flag) ? flag : throw c.Refuse("must be a flag such as MPOL_F_STATIC_NODES");
        return flags;
    }
}
