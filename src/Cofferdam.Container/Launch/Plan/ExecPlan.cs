using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Steps;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Plan;

/// <summary>Compiles the plan of another process in a running container.</summary>
public static class ExecPlan
{
    /// <summary>Builds the plan.</summary>
    /// <param name="spec">The container's configuration: its seccomp profile, personality and memory policy hold for all.</param>
    /// <param name="process">The process.</param>
    /// <param name="join">CLONE_NEW* in which the container's init differs from the caller.</param>
    /// <param name="inputs">Options and facts.</param>
    public static LaunchPlan Build(RuntimeSpec spec, Process process, long join, PlanInputs inputs)
    {
        process = LabelSteps.Inherit(process, spec.Process);
        var plan = new PlanBuilder();
        LabelSteps.Begin(plan, process, inputs);
        LimitSteps.TakeBackOpenFiles(plan, inputs.OpenFiles);
        // Otherwise it would have the caller's, who may be a daemon that the kernel must not kill.
        LimitSteps.AddOomScore(plan, process.OomScoreAdj ?? spec.Process?.OomScoreAdj);
        LimitSteps.AddInitialAffinity(plan, process);
        // Before the fork, which a limit of pids may then forbid.
        if (!inputs.HasLittleMemory) Enter(plan, process, inputs);
        bool joinsUser = (join & Abi.CLONE_NEWUSER) != 0;
        // A child starts in the pid namespace (and the time namespace) that its parent joined.
        bool forks = (join & (Abi.CLONE_NEWPID | Abi.CLONE_NEWUSER | Abi.CLONE_NEWTIME)) != 0;
        NamespaceSteps.JoinContainer(plan, join, forks);
        SessionSteps.BeginExec(plan, process, inputs);
        if (process.Terminal)
        {
            SessionSteps.OpenTerminal(plan, process, bindConsole: false);
            SessionSteps.AttachTerminal(plan);
        }
        bool findsHome = ProgramSteps.AddPlaces(plan, process);
        LimitSteps.Add(plan, spec, process, joinsUser);
        if (inputs.HasLittleMemory) Enter(plan, process, inputs);
        ProgramSteps.AddIdentity(plan, spec, process, inputs);
        ProgramSteps.AddStart(plan, spec.Linux.Seccomp, process, inputs.PreserveFds, waitForStart: false);
        ProgramSteps.AddExecute(plan, spec.Linux.Seccomp, process);

        return new LaunchPlan
        {
            CloneFlags = 0,
            Steps = plan.Steps,
            Arguments = process.Args,
            Environment = process.Env,
            FindsHome = findsHome,
            Forks = forks,
            ParentSetsLimits = joinsUser,
            PreserveFds = inputs.PreserveFds,
        };
    }

    private static void Enter(PlanBuilder plan, Process process, PlanInputs inputs)
    {
        CgroupSteps.EnterHierarchies(plan, inputs);
        LimitSteps.AddFinalAffinity(plan, process);
    }
}
