using Cofferdam.Cgroups;
using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Drive;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Containers.Launch.Steps;
using Cofferdam.Containers.Sync;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch;

/// <summary>Launches the init of a container: plan, clone, serve, ready.</summary>
internal static class ContainerLaunch
{
    /// <summary>
    /// Returns when init waits at exec.fifo, or (without <see cref="LaunchRequest.WaitForStart"/>) when the program executes.
    /// On failure init is gone; the cgroup and the state directory are the caller's to remove.
    /// </summary>
    /// <exception cref="CofferdamException">A step failed: the message names the field, the step, and the error number.</exception>
    public static LaunchedProcess Create(LaunchRequest request)
    {
        PreservedFds.Check(request.PreserveFds + request.ListenFds);
        TerminalRules.Check(request.Spec.Process!, request.ConsoleSocket, request.Detached);
        SysctlOwners.Check(request.Spec);
        JoinedUserNamespace.CheckEarly(request.Spec);
        SecurityModules.Check(request.Spec.Process!, request.Spec.Linux.MountLabel);
        PlanInputs inputs;
        LaunchPlan plan;
        using (request.Timings?.Measure("plan"))
        {
            inputs = Inputs(request);
            plan = ContainerPlan.Build(request.Spec, inputs);
        }
        if (request.Rework is { } rework) plan = rework(plan);
        using OwnedFd? fifo = request.WaitForStart ? Files.Open(request.StateDirectory + "/exec.fifo", OpenFlags.Path) : null;
        request.BeforeInit();
        using var cgroup = new CgroupEntrance(request.Cgroup, plan.Forks, inputs.HasLittleMemory, request.BesideInit);
        using InitProcess init = Start(request, plan, fifo, cgroup.Birthplace);
        var conversation = new LaunchConversation(init, plan)
        {
            Spec = request.Spec,
            Rootless = request.Rootless,
            ConsoleSocket = request.ConsoleSocket,
            State = request.StateForHooks,
            ProcessExists = request.ProcessExists,
            EnterCgroup = () => cgroup.Open(init.Pid),
            ExplainKill = () => KillExplanation.For(request.Cgroup),
        };
        try
        {
            conversation.Begin();
            cgroup.Begin(init.Pid);
            using (request.Timings?.Measure("init")) conversation.UntilReady();
            JoinedUserNamespace.CheckLate(request.Spec, init.Pid);
            if (plan.ParentSetsLimits) ParentLimits.Apply(request.Spec.Process!.Rlimits, init.Pid);
            var process = new LaunchedProcess
            {
                Pid = init.Pid,
                StartTime = conversation.StartTime,
                Pidfd = Files.Duplicate(init.Pidfd),
                Console = conversation.Console,
            };
            request.Ready(process);
            if (request.WaitForStart) init.Go();
            else using (request.Timings?.Measure("exec")) conversation.UntilExecuted();
            InitTimings.Add(request.Timings, plan, init.ReadTimes());
            return process;
        }
        catch
        {
            init.Kill();
            conversation.Console?.Dispose();
            throw;
        }
    }

    /// <summary>The plan that <see cref="Create"/> would run, for `coffer-oci plan`.</summary>
    public static LaunchPlan Preview(RuntimeSpec spec, string bundle, ContainerId id) =>
        ContainerPlan.Build(spec, new PlanInputs { Bundle = bundle, Id = id, Rootless = Processes.EffectiveUid != 0 });

    /// <summary>What went wrong in an init that was started: the message that it left in the exec fifo.</summary>
    public static CofferdamException DescribeFailure(RuntimeSpec spec, InitMessage message)
    {
        LaunchPlan tail = ContainerPlan.AfterStart(spec);
        message.Step += tail.Steps.Count;
        return LaunchFailure.From(message, tail, "");
    }

    private static InitProcess Start(LaunchRequest request, LaunchPlan plan, OwnedFd? fifo, CgroupEntry? birthplace)
    {
        using (request.Timings?.Measure("clone"))
        {
            return InitProcess.Start(plan, new InitProcessOptions
            {
                Io = request.Io,
                Fifo = fifo,
                Cgroup = birthplace,
                Timed = request.Timings is not null,
            });
        }
    }

    private static PlanInputs Inputs(LaunchRequest request)
    {
        RuntimeSpec spec = request.Spec;
        bool hasInnerHooks = spec.Hooks.CreateContainer.Count + spec.Hooks.StartContainer.Count > 0;
        IReadOnlyList<CgroupMountSource> hierarchies = CgroupMountSources.For(spec, request.Cgroup);
        bool hasLittleMemory = SmallMemory.IsAskedFor(spec.Linux.Resources);
        bool isShared = spec.Linux.RootfsPropagation is "shared" or "rshared";
        return new PlanInputs
        {
            Bundle = request.Bundle,
            Id = request.Id,
            NoPivot = request.NoPivot,
            NoNewKeyring = request.NoNewKeyring,
            PreserveFds = request.PreserveFds + request.ListenFds,
            ListenFds = request.ListenFds,
            Notes = request.Notes,
            WaitForStart = request.WaitForStart,
            Rootless = request.Rootless,
            EntersCgroup = request.Cgroup is not null,
            BornInCgroup = CgroupEntrance.IsBirth(request.Cgroup, hasLittleMemory),
            HasLittleMemory = hasLittleMemory,
            OpenFiles = OpenFileLimit.OfChildren,
            CgroupMounts = hierarchies,
            UnifiedMountPoint = hierarchies.Count > 0 ? null : CgroupMountSources.UnifiedFor(spec),
            RootfsParentMount = isShared ? ParentMount(RootSteps.RootfsPath(spec, request.Bundle)) : null,
            HasKcore = Files.Exists("/proc/kcore"),
            CreatingState = hasInnerHooks ? HookState.Split(request.StateForHooks, "creating") : default,
            CreatedState = hasInnerHooks ? HookState.Split(request.StateForHooks, "created") : default,
            HasAppArmor = SecurityModules.MayConfine(spec.Process!),
            IsConfined = SecurityModules.IsConfined(spec.Process!),
            SpawnsInit = !InitExecutable.CanClone,
        };
    }

    private static string? ParentMount(string rootfs) => MountTable.Containing(MountTable.ReadSelf(), rootfs)?.MountPoint;
}
