using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Steps;

/// <summary>Steps that take init into its cgroup.</summary>
internal static class CgroupSteps
{
    /// <summary>
    /// A cgroup namespace begins at the cgroup of the moment, a mount of type cgroup shows it, and hooks of the runtime find
    /// the container's by its process.
    /// </summary>
    public static bool MustEnterEarly(RuntimeSpec spec, PlanInputs inputs, NamespaceSet namespaces)
    {
        if (namespaces.Has(Abi.CLONE_NEWCGROUP) || spec.Hooks.Prestart.Count + spec.Hooks.CreateRuntime.Count > 0) return true;
        // What is bound there shows all of the host's hierarchy, whoever looks.
        if (inputs.UnifiedMountPoint is not null) return false;
        foreach (Mount mount in spec.Mounts)
            if (mount.Type is "cgroup" or "cgroup2") return true;
        return false;
    }

    public static void EnterNamespace(PlanBuilder plan, NamespaceSet namespaces)
    {
        if ((namespaces.New & Abi.CLONE_NEWCGROUP) != 0)
        {
            plan.Add(InitOp.Unshare, "linux.namespaces", "make the cgroup namespace",
                Operand.Of("flags", Abi.CLONE_NEWCGROUP));
        }
        foreach ((int index, LinuxNamespace item) in namespaces.JoinedList)
            if (item.Type == NamespaceType.Cgroup) NamespaceSteps.Join(plan, (index, item));
    }

    /// <summary>
    /// Init moves itself by writing "0" to each tasks file: the kernel then skips the lock whose first taker waits some
    /// 10 ms for an RCU grace period on an idle host (Linux 5.5).
    /// </summary>
    public static void EnterHierarchies(PlanBuilder plan, PlanInputs inputs)
    {
        if (!inputs.EntersCgroup) return;
        plan.Add(InitOp.EnterCgroups, "linux.cgroupsPath", "enter the cgroup",
            errno => errno switch
            {
                28 => "cpuset.cpus and cpuset.mems must not be empty",   // ENOSPC
                Abi.EINVAL => "a real-time process needs linux.resources.cpu.realtimeRuntime",
                _ => null,
            });
    }
}
