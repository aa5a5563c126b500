using Cofferdam.Cgroups;
using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Preflight.Checks;

/// <summary>
/// Does the launch itself, up to the program: whatever the other checks do not think of, and what only the kernel knows.
/// A step that fails is told and left out of the next try, so that all that is wrong is told at once.
/// </summary>
internal sealed class RehearsalCheck : HostCheck
{
    private const int MaxTries = 24;

    private readonly HashSet<string> _leftOut = [];
    private LaunchPlan? _plan;
    private bool _coversRoot = true;
    private bool _hasCgroup = true;

    public override string Subject => "rehearsal";

    public override string? Examine(CheckContext context)
    {
        RuntimeSpec spec = Stage(context);
        _hasCgroup = !context.Findings.Any(static found => found is { Level: CheckLevel.Failure, Subject: "cgroup" });
        bool isCgroupTold = !_hasCgroup;
        for (int i = 0; i < MaxTries; i++)
        {
            if (Try(context, spec) is not { } failure)
            {
                string cgroup = _hasCgroup || isCgroupTold ? "" : ", without its cgroup";
                return $"{_plan!.Steps.Count} steps of the launch done and undone{cgroup}";
            }
            if (!Understand(context, failure)) return null;
        }
        return null;
    }

    /// <summary>Without programs of others, devices that would move, and an agent that would be called.</summary>
    private static RuntimeSpec Stage(CheckContext context)
    {
        LinuxConfig linux = context.Spec.Linux with { NetDevices = new Dictionary<string, LinuxNetDevice>() };
        if (linux.Seccomp is { } profile && profile.Syscalls.Any(static rule => rule.Action == SeccompAction.Notify)) linux = linux with { Seccomp = null };
        Process process = context.Process;
        if (context.HasFailed("process.apparmorProfile")) process = process with { ApparmorProfile = null };
        if (context.HasFailed("process.selinuxLabel")) process = process with { SelinuxLabel = null };
        if (context.HasFailed("linux.mountLabel")) linux = linux with { MountLabel = null };
        return context.Spec with { Hooks = new Cofferdam.Spec.Hooks(), Linux = linux, Process = process };
    }

    /// <summary>One rehearsal; what it ended with, or null when it came to its end.</summary>
    private Exception? Try(CheckContext context, RuntimeSpec spec)
    {
        using CgroupProbe? probe = _hasCgroup ? CgroupProbe.For(context) : null;
        using OwnedFd nothing = Files.Open("/dev/null", OpenFlags.ReadWrite);
        try
        {
            LaunchedProcess process = ContainerLaunch.Create(Request(context, spec, probe, nothing));
            using (process.Pidfd)
            using (process.Console)
            {
                Processes.TrySendSignal(process.Pidfd, Signals.Kill, out _);
                Processes.Wait(process.Pidfd);
            }
            return null;
        }
        catch (Exception e) when (e is LinuxException or CofferdamException)
        {
            if (probe?.Failure is not null) _hasCgroup = false;
            return e;
        }
    }

    private LaunchRequest Request(CheckContext context, RuntimeSpec spec, CgroupProbe? probe, OwnedFd nothing) => new()
    {
        Spec = spec,
        Bundle = context.Bundle,
        Id = new ContainerId("coffer-check"),
        StateDirectory = "/",
        Cgroup = probe?.Cgroup,
        Io = new StandardIo { Input = nothing, Output = nothing, Error = nothing },
        NoPivot = context.Options.NoPivot,
        NoNewKeyring = context.Options.NoNewKeyring,
        Rootless = context.Rootless,
        WaitForStart = false,
        StateForHooks = static (_, _) => new ContainerState(),
        ProcessExists = static (_, _) => { },
        BeforeInit = () =>
        {
            if (probe?.Cgroup.EntryKind == CgroupEntryKind.CloneInto) probe.Make(0);
        },
        BesideInit = pid =>
        {
            probe?.Make(pid);
            probe?.SetLimits();
        },
        Ready = static _ => { },
        Rework = plan => _plan = RehearsalPlan.From(plan, new NamespaceSet(spec.Linux.Namespaces, false).Joined, _coversRoot, _leftOut),
    };

    /// <summary>Tells what failed, and what to leave out of the next try; false when there is no point in one.</summary>
    private bool Understand(CheckContext context, Exception failure)
    {
        LaunchStep? step = _plan is null ? null : FindStep(_plan, failure);
        // That rootfs cannot be opened is its own fault; that it cannot be covered is the rehearsal's.
        if (step?.Op == InitOp.CoverRoot && !failure.Message.Contains(": openat: ", StringComparison.Ordinal))
        {
            context.Warn(step.Field, $"mounts, devices and the program could not be rehearsed: {failure.Message}",
                "is overlay in this kernel, and rootfs on a file system that it takes?");
        }
        else context.Fail(failure.Message);
        if (step is null) return !_hasCgroup && context.Subject == Subject && _plan is not null && NoCgroupYet();
        if (step.Op == InitOp.CoverRoot)
        {
            _coversRoot = false;
            return true;
        }
        return step.Op is not (InitOp.Unshare or InitOp.JoinNamespaces or InitOp.Synchronize or InitOp.BecomeRoot or InitOp.Fork
            or InitOp.EnterRoot or InitOp.WaitForStart) && _leftOut.Add(step.Title);
    }

    // A cgroup that could not be made is told once, and the next try goes without.
    private bool NoCgroupYet() => _leftOut.Add("enter the cgroup");

    private static LaunchStep? FindStep(LaunchPlan plan, Exception failure)
    {
        if (failure.InnerException is LinuxException inner && plan.Steps.FirstOrDefault(step => step.Title == inner.Operation) is { } step) return step;
        return plan.Steps.FirstOrDefault(each => each.Op == InitOp.BindMount && failure.Message.StartsWith(each.Field + ": ", StringComparison.Ordinal));
    }
}
