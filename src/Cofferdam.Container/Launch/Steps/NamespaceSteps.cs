using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Containers.Sync;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Steps;

/// <summary>Steps that take init into its namespaces.</summary>
internal static class NamespaceSteps
{
    public static void Enter(PlanBuilder plan, RuntimeSpec spec, NamespaceSet namespaces)
    {
        long unshareLater = namespaces.New & ~(Abi.CLONE_NEWUSER | Abi.CLONE_NEWPID | Abi.CLONE_NEWCGROUP);
        bool newUser = (namespaces.New & Abi.CLONE_NEWUSER) != 0;
        bool joinsUser = (namespaces.Joined & Abi.CLONE_NEWUSER) != 0;
        if (newUser)
        {
            plan.Add(InitOp.Unshare, "linux.namespaces", "make the user namespace", UserNamespaceHint,
                Operand.Of("flags", Abi.CLONE_NEWUSER));
            // Without it /proc/<pid>/uid_map belongs to root, and a rootless parent may not write it.
            plan.Add(InitOp.SetDumpable, "", "become dumpable for the id maps", Operand.Of("value", 1));
            plan.Add(InitOp.Synchronize, "linux.uidMappings", "wait for the id maps",
                Operand.Of("point", (long)SyncPoint.UserNamespace));
        }
        else if (joinsUser)
        {
            Join(plan, namespaces.JoinedList[0]);
        }
        if (newUser || joinsUser)
        {
            plan.Add(InitOp.BecomeRoot, newUser ? "linux.uidMappings" : "linux.namespaces", "become root of the user namespace",
                errno => errno == Abi.EINVAL ? "user 0 must be mapped" : null, Operand.Of("setgroups", 1));
        }
        plan.Add(InitOp.SetDumpable, "", "hide from the container's processes", Operand.Of("value", 0));
        foreach ((int index, LinuxNamespace item) in namespaces.JoinedList)
            if (item.Type != NamespaceType.User && item.Type != NamespaceType.Cgroup) Join(plan, (index, item));
        // By init and not by the clone: it takes a millisecond, in which the parent makes the cgroup.
        if (unshareLater != 0)
        {
            plan.Add(InitOp.Unshare, "linux.namespaces", $"make namespaces: {NamespaceSet.Describe(unshareLater)}",
                errno => errno == Abi.EPERM ? "new namespaces need CAP_SYS_ADMIN or a user namespace in linux.namespaces" : null,
                Operand.Of("flags", unshareLater));
        }
        if (!namespaces.NeedsFork) return;

        AddTimeOffsets(plan, spec, newUser || joinsUser);
        plan.Add(InitOp.Fork, "linux.namespaces", "fork into the namespaces",
            Operand.Of("flags", namespaces.New & Abi.CLONE_NEWPID));
        plan.Add(InitOp.SetDumpable, "", "hide from the container's processes", Operand.Of("value", 0));
    }

    /// <summary>A namespace by path; a cgroup namespace is joined once init is in its cgroup.</summary>
    public static void Join(PlanBuilder plan, (int Index, LinuxNamespace Namespace) item)
    {
        long type = NamespaceSet.Flag(item.Namespace.Type);
        var request = new DescriptorRequest(DescriptorKind.Namespace) { Path = item.Namespace.Path!, NamespaceType = type };
        plan.Add(InitOp.JoinNamespaces, $"linux.namespaces[{item.Index}].path",
            $"join the {NamespaceSet.Name(item.Namespace.Type)} namespace '{item.Namespace.Path}'",
            errno => errno == Abi.EINVAL ? "is it a namespace of that type, and not the one already in use?" : null,
            Operand.Of("namespace", request), Operand.Of("type", type));
    }

    /// <summary>All namespaces of a container's init at once, by its pidfd (setns(2), Linux 5.8).</summary>
    public static void JoinContainer(PlanBuilder plan, long join, bool forks)
    {
        if (join != 0)
        {
            plan.Add(InitOp.JoinNamespaces, "", $"join namespaces: {NamespaceSet.Describe(join)}",
                Operand.Of("init", new DescriptorRequest(DescriptorKind.Pidfd)), Operand.Of("type", join));
        }
        if ((join & Abi.CLONE_NEWUSER) != 0)
            plan.Add(InitOp.BecomeRoot, "", "become root of the user namespace", Operand.Of("setgroups", 1));
        plan.Add(InitOp.SetDumpable, "", "hide from the container's processes", Operand.Of("value", 0));
        if (!forks) return;
        plan.Add(InitOp.Fork, "", "fork into the pid namespace", Operand.Of("flags", 0));
        plan.Add(InitOp.SetDumpable, "", "hide from the container's processes", Operand.Of("value", 0));
    }

    /// <summary>
    /// For an exec before the start: an ordinary user may look at the namespaces of a process, and join them, only if it is
    /// dumpable. What could see it in the container is that user's own exec.
    /// </summary>
    public static void ShowToOwner(PlanBuilder plan) =>
        plan.Add(InitOp.SetDumpable, "", "become dumpable for an exec by the owner", Operand.Of("value", 1));

    public static void Network(PlanBuilder plan, RuntimeSpec spec, NamespaceSet namespaces)
    {
        if ((namespaces.New & Abi.CLONE_NEWNET) != 0)
            plan.Add(InitOp.LoopbackUp, "linux.namespaces", "bring up 'lo'");
        if (spec.Linux.NetDevices.Count > 0)
        {
            plan.Add(InitOp.Synchronize, "linux.netDevices", "wait for the network devices",
                Operand.Of("point", (long)SyncPoint.Network));
        }
    }

    public static void SetNames(PlanBuilder plan, RuntimeSpec spec)
    {
        if (!string.IsNullOrEmpty(spec.Hostname))
            plan.Add(InitOp.SetHostname, "hostname", $"set hostname '{spec.Hostname}'", Operand.Of("name", spec.Hostname));
        if (!string.IsNullOrEmpty(spec.Domainname))
            plan.Add(InitOp.SetDomainname, "domainname", $"set domainname '{spec.Domainname}'", Operand.Of("name", spec.Domainname));
    }

    private static void AddTimeOffsets(PlanBuilder plan, RuntimeSpec spec, bool inUserNamespace)
    {
        // The file belongs to the host's root otherwise. Nobody in a pid namespace that was joined sees this process, but its child.
        if (inUserNamespace && spec.Linux.TimeOffsets.Count > 0)
            plan.Add(InitOp.SetDumpable, "", "become dumpable for the time offsets", Operand.Of("value", 1));
        foreach ((string clock, TimeOffset offset) in spec.Linux.TimeOffsets)
        {
            plan.Add(InitOp.WriteHostProc, $"linux.timeOffsets.{clock}", $"set the offset of the {clock} clock",
                errno => errno == 34 ? "the clock would be negative, or too far in the future" : null,   // ERANGE
                Operand.Of("path", "/proc/self/timens_offsets"),
                Operand.Of("value", $"{clock} {offset.Secs} {offset.Nanosecs}\n"));
        }
    }

    private static string? UserNamespaceHint(int errno) => errno switch
    {
        Abi.EPERM => "are user namespaces allowed here? see kernel.unprivileged_userns_clone and AppArmor's userns restriction",
        28 => "see user.max_user_namespaces",   // ENOSPC
        _ => null,
    };
}
