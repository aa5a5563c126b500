using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Steps;

/// <summary>
/// A mount of type cgroup or cgroup2 on a host with cgroup v2 alone: mounted anew in a cgroup namespace, which makes it show
/// the container's part; otherwise bound from the host.
/// </summary>
internal static class UnifiedCgroupSteps
{
    public static void Add(PlanBuilder plan, RuntimeSpec spec, MountEntry entry, PlanInputs inputs, NamespaceSet namespaces)
    {
        if (namespaces.Has(Abi.CLONE_NEWCGROUP))
        {
            MountSteps.AddFilesystem(plan, spec, entry with { Mount = entry.Mount with { Type = "cgroup2" } });
            return;
        }

        // A new mount in the host's cgroup namespace would change the options of the whole hierarchy (nsdelegate and others).
        ulong set = entry.Options.SetAttributes;
        // CVE-2023-25809: an ordinary user's container has that user's rights over user.slice.
        if (inputs.Rootless) set |= MountAttributes.ReadOnly;
        plan.Add(InitOp.BindMount, entry.Field, $"bind mount '{inputs.UnifiedMountPoint}' on '{entry.Destination}'",
            Operand.Of("target", entry.Destination), Operand.Of("source", inputs.UnifiedMountPoint),
            Operand.Of("set", (long)set), Operand.Of("clear", (long)entry.Options.ClearAttributes), Operand.Of("flags", 0));
    }
}
