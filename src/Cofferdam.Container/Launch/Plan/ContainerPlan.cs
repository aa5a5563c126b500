using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Steps;
using Cofferdam.Containers.Sync;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Plan;

/// <summary>Compiles a configuration into the plan of a container's init. Pure: no file is read, nothing is made.</summary>
public static class ContainerPlan
{
    /// <summary>Builds the plan of <paramref name="spec"/>, which the validator has passed.</summary>
    /// <exception cref="CofferdamException">InvalidArgument: a field asks for what no plan can do.</exception>
    public static LaunchPlan Build(RuntimeSpec spec, PlanInputs inputs)
    {
        Process process = spec.Process
            ?? throw new CofferdamException(ErrorKind.InvalidArgument, "process: must be set to create a container");
        var namespaces = new NamespaceSet(spec.Linux.Namespaces, inputs.SpawnsInit);
        bool hasMountNamespace = namespaces.Has(Abi.CLONE_NEWNS);
        var plan = new PlanBuilder { Notes = inputs.Notes };

        LabelSteps.Begin(plan, process, inputs);
        LimitSteps.TakeBackOpenFiles(plan, inputs.OpenFiles);       // before hooks run here
        LimitSteps.AddOomScore(plan, process.OomScoreAdj);          // lowering it needs the host's CAP_SYS_RESOURCE: before a user namespace
        NamespaceSteps.Enter(plan, spec, namespaces);
        SessionSteps.Begin(plan, spec, inputs);
        NamespaceSteps.Network(plan, spec, namespaces);
        bool cgroupsEarly = CgroupSteps.MustEnterEarly(spec, inputs, namespaces);
        if (cgroupsEarly && !inputs.BornInCgroup) CgroupSteps.EnterHierarchies(plan, inputs);
        if (cgroupsEarly) CgroupSteps.EnterNamespace(plan, namespaces);

        if (hasMountNamespace)
        {
            RootSteps.Prepare(plan, spec, inputs);
            MountSteps.Add(plan, spec, inputs, namespaces);
            DeviceSteps.Add(plan, spec, inputs, namespaces);
        }
        else
        {
            RootSteps.RequireNoMounts(spec);
        }
        if (process.Terminal && hasMountNamespace) SessionSteps.OpenTerminal(plan, process, bindConsole: true);
        HookSteps.AddRuntimeHooks(plan, spec);          // prestart, createRuntime: the parent's, before the root is entered
        HookSteps.AddCreateContainer(plan, spec, inputs);
        NamespaceSteps.SetNames(plan, spec);
        if (hasMountNamespace)
        {
            ProgramSteps.MakeDirectory(plan, process);  // before rootfs may become read-only
            ProtectSteps.Add(plan, spec);               // after the hooks, which may still mount; before the host's root is gone
            RootSteps.Enter(plan, spec, inputs);
        }
        else
        {
            RootSteps.ChangeRoot(plan, spec, inputs);
            ProtectSteps.AddSysctls(plan, spec);
            ProgramSteps.MakeDirectory(plan, process);
            if (process.Terminal) SessionSteps.OpenTerminal(plan, process, bindConsole: false);
        }

        if (process.Terminal) SessionSteps.AttachTerminal(plan);
        bool findsHome = ProgramSteps.AddPlaces(plan, process);   // before a limit on open files may be in the way
        LimitSteps.Add(plan, spec, process, namespaces.HasUser);
        // As late as may be: what init uses is not the container's, and the parent gets on meanwhile.
        if (!cgroupsEarly || inputs.BornInCgroup) CgroupSteps.EnterHierarchies(plan, inputs);
        if (!cgroupsEarly) CgroupSteps.EnterNamespace(plan, namespaces);
        ProgramSteps.AddIdentity(plan, spec, process, inputs);
        if (inputs.Rootless && inputs.WaitForStart && namespaces.HasUser) NamespaceSteps.ShowToOwner(plan);
        ProgramSteps.AddStart(plan, spec.Linux.Seccomp, process, inputs.PreserveFds, inputs.WaitForStart);
        HookSteps.AddStartContainer(plan, spec, inputs);
        ProgramSteps.AddExecute(plan, spec.Linux.Seccomp, process);

        return new LaunchPlan
        {
            CloneFlags = namespaces.NeedsFork ? 0 : namespaces.New & Abi.CLONE_NEWPID,
            Steps = plan.Steps,
            Arguments = process.Args,
            // The program is pid 1 of its namespace (sd_listen_fds(3)); runc says so too, whatever the namespace.
            Environment = inputs.ListenFds == 0 ? process.Env : [.. process.Env, $"LISTEN_FDS={inputs.ListenFds}", "LISTEN_PID=1"],
            FindsHome = findsHome,
            Forks = namespaces.NeedsFork,
            ParentSetsLimits = namespaces.HasUser,
            PreserveFds = inputs.PreserveFds,
            HasHooks = spec.Hooks.CreateContainer.Count + spec.Hooks.StartContainer.Count > 0,
        };
    }

    /// <summary>The steps behind the wait for start: the same whatever the options, so that start can name one that failed.</summary>
    internal static LaunchPlan AfterStart(RuntimeSpec spec)
    {
        Process process = spec.Process!;
        var plan = new PlanBuilder();
        HookSteps.AddStartContainer(plan, spec, new PlanInputs { Bundle = "/", Id = default });
        ProgramSteps.AddExecute(plan, spec.Linux.Seccomp, process);
        return new LaunchPlan { CloneFlags = 0, Steps = plan.Steps, Arguments = process.Args, Environment = process.Env };
    }
}
