namespace Cofferdam.Spec;

/// <summary>Checks a process and the scheduling it asks for.</summary>
internal static class ProcessValidator
{
    /// <summary>The smallest runtime of SCHED_DEADLINE in ns: sched(7).</summary>
    private const ulong MinDeadlineRuntime = 1024;

    public static void Check(Process process, string path)
    {
        if (process.Args.Count == 0) throw Fault.At(path + ".args", "must not be empty");
        if (process.Args[0].Length == 0) throw Fault.At(path + ".args[0]", "must not be empty");
        Fault.IfNul(process.Args, path + ".args");
        CheckEnv(process.Env, path + ".env");
        Fault.UnlessAbsolute(process.Cwd, path + ".cwd");
        CheckUser(process.User, path + ".user");
        CheckRlimits(process.Rlimits, path + ".rlimits");
        if (process.OomScoreAdj is < -1000 or > 1000) throw Fault.At(path + ".oomScoreAdj", "must be from -1000 to 1000");
        if (process.ConsoleSize is { Height: > ushort.MaxValue } or { Width: > ushort.MaxValue })
            throw Fault.At(path + ".consoleSize", "must be at most 65535 in height and width");
        Fault.IfNul(process.ApparmorProfile, path + ".apparmorProfile");
        Fault.IfNul(process.SelinuxLabel, path + ".selinuxLabel");
        if (process.Scheduler is { } scheduler) CheckScheduler(scheduler, path + ".scheduler");
        if (process.IoPriority is { Priority: < 0 or > 7 }) throw Fault.At(path + ".ioPriority.priority", "must be from 0 to 7");
        if (process.ExecCpuAffinity is { } affinity)
        {
            Fault.UnlessNumberList(affinity.Initial, path + ".execCPUAffinity.initial");
            Fault.UnlessNumberList(affinity.Final, path + ".execCPUAffinity.final");
        }
    }

    /// <summary>The rules of set_mempolicy(2).</summary>
    public static void CheckMemoryPolicy(MemoryPolicy policy, string path)
    {
        Fault.UnlessNumberList(policy.Nodes, path + ".nodes");
        bool hasNodes = !string.IsNullOrEmpty(policy.Nodes);
        string mode = ProcessNames.Name(policy.Mode);
        if (hasNodes && policy.Mode is MemoryPolicyMode.Default or MemoryPolicyMode.Local) throw Fault.At(path + ".nodes", $"must be empty with {mode}");
        if (!hasNodes && policy.Mode is not (MemoryPolicyMode.Default or MemoryPolicyMode.Local or MemoryPolicyMode.Preferred))
            throw Fault.At(path + ".nodes", $"must be given with {mode}");
        const MemoryPolicyFlags Exclusive = MemoryPolicyFlags.StaticNodes | MemoryPolicyFlags.RelativeNodes;
        if ((policy.Flags & Exclusive) == Exclusive) throw Fault.At(path + ".flags", "must not have both MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES");
    }

    private static void CheckEnv(IReadOnlyList<string> env, string path)
    {
        for (int i = 0; i < env.Count; i++)
        {
            // Go's and glibc's getenv disagree about such entries, so runc refuses them too.
            if (env[i].IndexOf('=') <= 0) throw Fault.At($"{path}[{i}]", "must be NAME=value");
            if (env[i].Contains('\0')) throw Fault.At($"{path}[{i}]", "must not contain a NUL character");
        }
    }

    private static void CheckUser(User user, string path)
    {
        Fault.UnlessId(user.Uid, path + ".uid");
        Fault.UnlessId(user.Gid, path + ".gid");
        for (int i = 0; i < user.AdditionalGids.Count; i++)
        {
            if (user.AdditionalGids[i] == uint.MaxValue) Fault.UnlessId(user.AdditionalGids[i], $"{path}.additionalGids[{i}]");
        }
        if (user.Umask > 0x1ff) throw Fault.At(path + ".umask", "must be at most 511 (0777)");
    }

    private static void CheckRlimits(IReadOnlyList<PosixRlimit> limits, string path)
    {
        uint seen = 0;
        for (int i = 0; i < limits.Count; i++)
        {
            uint bit = 1u << (int)limits[i].Type;
            if ((seen & bit) != 0) throw Fault.At($"{path}[{i}].type", $"must not repeat {ProcessNames.Name(limits[i].Type)}");
            seen |= bit;
            if (limits[i].Soft > limits[i].Hard) throw Fault.At($"{path}[{i}].soft", "must not be greater than hard");
        }
    }

    /// <summary>The rules of sched_setattr(2).</summary>
    private static void CheckScheduler(Scheduler s, string path)
    {
        if (s.Policy == SchedulerPolicy.Iso) throw Fault.At(path + ".policy", "must not be SCHED_ISO, which no kernel has");
        if (s.Nice is < -20 or > 19) throw Fault.At(path + ".nice", "must be from -20 to 19");
        bool realTime = s.Policy is SchedulerPolicy.Fifo or SchedulerPolicy.RoundRobin;
        if (realTime && s.Priority is < 1 or > 99) throw Fault.At(path + ".priority", "must be from 1 to 99 with SCHED_FIFO and SCHED_RR");
        if (!realTime && s.Priority != 0) throw Fault.At(path + ".priority", "must be 0 but for SCHED_FIFO and SCHED_RR");
        if (s.Policy != SchedulerPolicy.Deadline)
        {
            string? field = s.Runtime != 0 ? "runtime" : s.Deadline != 0 ? "deadline" : s.Period != 0 ? "period" : null;
            if (field is not null) throw Fault.At($"{path}.{field}", "must be 0 but for SCHED_DEADLINE");
            return;
        }
        if (s.Runtime < MinDeadlineRuntime) throw Fault.At(path + ".runtime", $"must be at least {MinDeadlineRuntime} ns");
        if (s.Runtime > s.Deadline) throw Fault.At(path + ".deadline", "must not be less than runtime");
        if (s.Period != 0 && s.Deadline > s.Period) throw Fault.At(path + ".period", "must not be less than deadline");
    }
}
