using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Preflight.Checks;

/// <summary>Capabilities that the process is to have, limits that it is to have raised: is the caller able to give them?</summary>
internal sealed class PrivilegeCheck : HostCheck
{
    private const int ResourceCapability = 24;

    public override string Subject => "privileges";

    public override string? Examine(CheckContext context)
    {
        if (context.Process.Capabilities is { } sets && !context.MakesUserNamespace) CheckCapabilities(context, sets);
        CheckLimits(context);
        return "capabilities and limits can be given";
    }

    private static void CheckCapabilities(CheckContext context, ProcessCapabilities sets)
    {
        ulong bounding = Capabilities.ReadBounding();
        Tell(context, "process.capabilities.permitted", sets.Permitted, context.Effective, isFatal: true);
        Tell(context, "process.capabilities.bounding", sets.Bounding, bounding, isFatal: false);
    }

    private static void Tell(CheckContext context, string field, IReadOnlyList<string>? names, ulong has, bool isFatal)
    {
        List<string> missing = [];
        foreach (string name in names ?? [])
            if (Capabilities.TryParse(name, out int bit) && (has >> bit & 1) == 0) missing.Add(name);
        if (missing.Count == 0) return;
        string text = $"the caller does not have {string.Join(", ", missing)}";
        if (isFatal) context.Fail(field, text, "leave them out, or run with them");
        else context.Warn(field, text, "the container will go without");
    }

    private static void CheckLimits(CheckContext context)
    {
        if (context.Can(ResourceCapability)) return;
        for (int i = 0; i < context.Process.Rlimits.Count; i++)
        {
            PosixRlimit limit = context.Process.Rlimits[i];
            ulong hard = ResourceLimits.Read(0, (int)limit.Type).Hard;
            if (limit.Hard > hard)
            {
                context.Fail($"process.rlimits[{i}]", $"a hard limit of {limit.Hard} is above the caller's {hard}, which needs CAP_SYS_RESOURCE",
                    "lower it, or raise the caller's (limits.conf(5), LimitNOFILE= and its like in systemd)");
            }
        }
        if (context.Process.OomScoreAdj is { } score && Files.TryReadText("/proc/self/oom_score_adj", out string? own, out _)
            && int.TryParse(own, out int current) && score < current)
        {
            context.Fail("process.oomScoreAdj", $"{score} is below the caller's {current}, which needs CAP_SYS_RESOURCE", $"take {current} or more");
        }
    }
}
