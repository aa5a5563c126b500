using System.Buffers.Binary;
using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Steps;

/// <summary>Scheduling, limits, and other attributes of the process.</summary>
internal static class LimitSteps
{
    public static void AddOomScore(PlanBuilder plan, int? given)
    {
        if (given is not { } score) return;
        plan.Add(InitOp.WriteHostProc, "process.oomScoreAdj", $"set oom_score_adj to {score}",
            errno => errno == Abi.EACCES ? "lowering it needs CAP_SYS_RESOURCE" : null,
            Operand.Of("path", "/proc/self/oom_score_adj"), Operand.Of("value", score.ToString()));
    }

    public static void TakeBackOpenFiles(PlanBuilder plan, ResourceLimit? given)
    {
        if (given is not { } limit) return;
        // It fails if fs.nr_open was set below the hard limit meanwhile; the limit is then higher than it was, and that is all.
        plan.Add(InitOp.SetResourceLimit, "process.rlimits", "take back the limit of open files",
            Operand.Of("resource", (long)RlimitType.Nofile), Operand.Of("soft", (long)limit.Soft), Operand.Of("hard", (long)limit.Hard), Operand.Of("optional", 1));
    }

    public static void Add(PlanBuilder plan, RuntimeSpec spec, Process process, bool hasUserNamespace)
    {
        AddShared(plan, spec, process);
        // In a user namespace the parent sets them, with privileges that init has given up (ParentLimits).
        if (!hasUserNamespace) AddResourceLimits(plan, process);
    }

    public static void AddInitialAffinity(PlanBuilder plan, Process process) =>
        AddAffinity(plan, "process.execCPUAffinity.initial", process.ExecCpuAffinity?.Initial);

    public static void AddFinalAffinity(PlanBuilder plan, Process process) =>
        AddAffinity(plan, "process.execCPUAffinity.final", process.ExecCpuAffinity?.Final);

    private static void AddShared(PlanBuilder plan, RuntimeSpec spec, Process process)
    {
        if (process.Scheduler is { } scheduler)
        {
            plan.Add(InitOp.SetScheduler, "process.scheduler", "set the scheduler",
                errno => errno == Abi.EPERM ? "real-time policies need CAP_SYS_NICE" : null,
                Operand.Of("attributes", EncodeScheduler(scheduler)));
        }
        if (process.IoPriority is { } priority)
        {
            plan.Add(InitOp.SetIoPriority, "process.ioPriority", "set the I/O priority",
                Operand.Of("value", ((long)priority.Class << 13) | (uint)priority.Priority));
        }
        if (spec.Linux.Personality is { } personality)
            plan.Add(InitOp.SetPersonality, "linux.personality", "set the personality", Operand.Of("domain", (long)personality.Domain));
        if (spec.Linux.MemoryPolicy is { } policy)
        {
            byte[]? nodes = string.IsNullOrEmpty(policy.Nodes) ? null : Mask(policy.Nodes, "linux.memoryPolicy.nodes");
            plan.Add(InitOp.SetMemoryPolicy, "linux.memoryPolicy", "set the memory policy",
                errno => errno == Abi.EINVAL ? "do the nodes exist, and does this kernel know the mode?" : null,
                Operand.Of("mode", (long)policy.Mode | (long)policy.Flags), Operand.Of("nodes", nodes),
                // The kernel counts one bit less than it is told.
                Operand.Of("bits", nodes is null ? 0 : nodes.Length * 8 + 1));
        }
    }

    private static void AddResourceLimits(PlanBuilder plan, Process process)
    {
        for (int i = 0; i < process.Rlimits.Count; i++)
        {
            PosixRlimit limit = process.Rlimits[i];
            plan.Add(InitOp.SetResourceLimit, $"process.rlimits[{i}]", $"set rlimit {(int)limit.Type}",
                errno => errno == Abi.EPERM ? "raising a hard limit needs CAP_SYS_RESOURCE" : null,
                Operand.Of("resource", (long)limit.Type), Operand.Of("soft", (long)limit.Soft), Operand.Of("hard", (long)limit.Hard));
        }
    }

    private static void AddAffinity(PlanBuilder plan, string field, string? cpus)
    {
        if (string.IsNullOrEmpty(cpus)) return;
        byte[] mask = Mask(cpus, field);
        plan.Add(InitOp.SetAffinity, field, $"run on CPUs '{cpus}'",
            errno => errno == Abi.EINVAL ? "none of these CPUs exists or is allowed" : null,
            Operand.Of("mask", mask), Operand.Of("size", mask.Length));
    }

    /// <summary>A list like "0-3,7" as a mask of whole 64-bit words.</summary>
    private static byte[] Mask(string list, string field)
    {
        if (!CpuList.TryParse(list, out byte[] mask))
            throw new CofferdamException(ErrorKind.InvalidArgument, $"{field}: must be a list like '0-3,7', is '{list}'");
        Array.Resize(ref mask, (mask.Length + 7) / 8 * 8);
        return mask;
    }

    /// <summary>struct sched_attr, first version (48 bytes; Linux 3.14).</summary>
    private static byte[] EncodeScheduler(Scheduler scheduler)
    {
        byte[] bytes = new byte[48];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, 48);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), (int)scheduler.Policy);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), (ulong)scheduler.Flags);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), scheduler.Nice);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(20), scheduler.Priority);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), scheduler.Runtime);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), scheduler.Deadline);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), scheduler.Period);
        return bytes;
    }
}
