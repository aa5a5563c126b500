namespace Cofferdam.Spec;

/// <summary>Checks a process and the scheduling it asks for.</summary>
internal static class ProcessValidator
{
    /// <summary>The smallest runtime of SCHED_DEADLINE in ns: sched(7).</summary>
    private const ulong MinDeadlineRuntime = 1024;

    public static void Check(Process process, string path)
    {
        var place = new Place(path);
        if (process.Args.Count == 0) throw Fault.At(place, ".args", "must not be empty");
        if (process.Args[0].Length == 0) throw Fault.At(place, ".args[0]", "must not be empty");
        Fault.IfNul(process.Args, place, ".args");
        CheckEnv(process.Env, place);
        Fault.UnlessAbsolute(process.Cwd, place, ".cwd");
        CheckUser(process.User, place);
        CheckRlimits(process.Rlimits, place);
        if (process.OomScoreAdj is < -1000 or > 1000) throw Fault.At(place, ".oomScoreAdj", "must be from -1000 to 1000");
        if (process.ConsoleSize is { Height: > ushort.MaxValue } or { Width: > ushort.MaxValue })
            throw Fault.At(place, ".consoleSize", "must be at most 65535 in height and width");
        Fault.IfNul(process.ApparmorProfile, place, ".apparmorProfile");
        Fault.IfNul(process.SelinuxLabel, place, ".selinuxLabel");
        if (process.Scheduler is { } scheduler) CheckScheduler(scheduler, new Place(path + ".scheduler"));
        if (process.IoPriority is { Priority: < 0 or > 7 }) throw Fault.At(place, ".ioPriority.priority", "must be from 0 to 7");
        if (process.ExecCpuAffinity is { } affinity)
        {
            Fault.UnlessNumberList(affinity.Initial, place, ".execCPUAffinity.initial");
            Fault.UnlessNumberList(affinity.Final, place, ".execCPUAffinity.final");
        }
    }

    /// <summary>The rules of set_mempolicy(2).</summary>
    public static void CheckMemoryPolicy(MemoryPolicy policy, Place place)
    {
        Fault.UnlessNumberList(policy.Nodes, place, ".nodes");
        bool hasNodes = !string.IsNullOrEmpty(policy.Nodes);
        string mode = ProcessNames.Name(policy.Mode);
        if (hasNodes && policy.Mode is MemoryPolicyMode.Default or MemoryPolicyMode.Local) throw Fault.At(place, ".nodes", $"must be empty with {mode}");
        if (!hasNodes && policy.Mode is not (MemoryPolicyMode.Default or MemoryPolicyMode.Local or MemoryPolicyMode.Preferred))
            throw Fault.At(place, ".nodes", $"must be given with {mode}");
        const MemoryPolicyFlags Exclusive = MemoryPolicyFlags.StaticNodes | MemoryPolicyFlags.RelativeNodes;
        if ((policy.Flags & Exclusive) == Exclusive) throw Fault.At(place, ".flags", "must not have both MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES");
    }

    private static void CheckEnv(IReadOnlyList<string> env, Place place)
    {
        for (int i = 0; i < env.Count; i++)
        {
            // Go's and glibc's getenv disagree about such entries, so runc refuses them too.
            if (env[i].IndexOf('=') <= 0) throw Fault.At(place, $".env[{i}]", "must be NAME=value");
            if (env[i].Contains('\0')) throw Fault.At(place, $".env[{i}]", "must not contain a NUL character");
        }
    }

    private static void CheckUser(User user, Place place)
    {
        Fault.UnlessId(user.Uid, place, ".user.uid");
        Fault.UnlessId(user.Gid, place, ".user.gid");
        for (int i = 0; i < user.AdditionalGids.Count; i++)
        {
            if (user.AdditionalGids[i] == uint.MaxValue) Fault.UnlessId(user.AdditionalGids[i], place, $".user.additionalGids[{i}]");
        }
        if (user.Umask > 0x1ff) throw Fault.At(place, ".user.umask", "must be at most 511 (0777)");
    }

    private static void CheckRlimits(IReadOnlyList<PosixRlimit> limits, Place place)
    {
        uint seen = 0;
        for (int i = 0; i < limits.Count; i++)
        {
            uint bit = 1u << (int)limits[i].Type;
            if ((seen & bit) != 0) throw Fault.At(place, $".rlimits[{i}].type", $"must not repeat {ProcessNames.Name(limits[i].Type)}");
            seen |= bit;
            if (limits[i].Soft > limits[i].Hard) throw Fault.At(place, $".rlimits[{i}].soft", "must not be greater than hard");
        }
    }

    /// <summary>The rules of sched_setattr(2).</summary>
    private static void CheckScheduler(Scheduler s, Place place)
    {
        if (s.Policy == SchedulerPolicy.Iso) throw Fault.At(place, ".policy", "must not be SCHED_ISO, which no kernel has");
        if (s.Nice is < -20 or > 19) throw Fault.At(place, ".nice", "must be from -20 to 19");
        bool realTime = s.Policy is SchedulerPolicy.Fifo or SchedulerPolicy.RoundRobin;
        if (realTime && s.Priority is < 1 or > 99) throw Fault.At(place, ".priority", "must be from 1 to 99 with SCHED_FIFO and SCHED_RR");
        if (!realTime && s.Priority != 0) throw Fault.At(place, ".priority", "must be 0 but for SCHED_FIFO and SCHED_RR");
        if (s.Policy != SchedulerPolicy.Deadline)
        {
            string? field = s.Runtime != 0 ? ".runtime" : s.Deadline != 0 ? ".deadline" : s.Period != 0 ? ".period" : null;
            if (field is not null) throw Fault.At(place, field, "must be 0 but for SCHED_DEADLINE");
            return;
        }
        if (s.Runtime < MinDeadlineRuntime) throw Fault.At(place, ".runtime", $"must be at least {MinDeadlineRuntime} ns");
        if (s.Runtime > s.Deadline) throw Fault.At(place, ".deadline", "must not be less than runtime");
        if (s.Period != 0 && s.Deadline > s.Period) throw Fault.At(place, ".period", "must not be less than deadline");
    }
}
