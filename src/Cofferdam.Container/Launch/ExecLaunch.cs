using Cofferdam.Cgroups;
using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Drive;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Containers.Launch.Steps;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch;

/// <summary>Launches another process in a running container.</summary>
internal static class ExecLaunch
{
    /// <summary>Returns when the program executes. On failure nothing is left.</summary>
    /// <exception cref="CofferdamException">A step failed: the message names the field, the step, and the error number.</exception>
    public static LaunchedProcess Start(ExecRequest request)
    {
        PreservedFds.Check(request.PreserveFds);
        TerminalRules.Check(request.Process, request.ConsoleSocket, request.Detached);
        Process process = LabelSteps.Inherit(request.Process, request.Spec.Process);
        SecurityModules.Check(process, mountLabel: null);
        using OwnedFd containerInit = Processes.OpenPidfd(request.InitPid);
        // The pidfd holds on to the process; if its start time is right now, it is the container's init and stays so.
        if (!ProcFs.TryReadStat(request.InitPid, out ProcStat stat) || stat.StartTime != request.InitStartTime)
            throw new CofferdamException(ErrorKind.FailedPrecondition, CallerVisibleText.NotRunning);
        using CgroupEntry? cgroup = request.Cgroup?.OpenEntry(request.SubCgroups);
        bool hasLittleMemory = request.Cgroup is { } limited && SmallMemory.Is(limited);
        bool isBornThere = cgroup is { CloneInto: not null } && InitExecutable.CanClone && !hasLittleMemory;
        LaunchPlan plan;
        using (request.Timings?.Measure("plan"))
        {
            plan = ExecPlan.Build(request.Spec, process, NamespaceDifference.With(request.InitPid), new PlanInputs
            {
                Bundle = "/",
                Id = request.Id,
                NoNewKeyring = request.NoNewKeyring,
                PreserveFds = request.PreserveFds,
                EntersCgroup = cgroup is not null && !isBornThere,
                HasLittleMemory = hasLittleMemory,
                OpenFiles = OpenFileLimit.OfChildren,
                Rootless = request.Rootless,
                HasAppArmor = SecurityModules.MayConfine(process),
                IsConfined = SecurityModules.IsConfined(process),
            });
        }
        using InitProcess init = StartInit(request, plan, containerInit, isBornThere ? cgroup : null);
        var conversation = new LaunchConversation(init, plan)
        {
            Spec = request.Spec,
            Rootless = request.Rootless,
            ConsoleSocket = request.ConsoleSocket,
            State = request.StateForHooks,
            EnterCgroup = () => EnterCgroup(request, cgroup, init),
            ExplainKill = () => KillExplanation.For(request.Cgroup),
        };
        try
        {
            using (request.Timings?.Measure("init"))
            {
                conversation.Begin();
                conversation.UntilReady();
                if (plan.ParentSetsLimits) ParentLimits.Apply(request.Process.Rlimits, init.Pid);
                request.Ready?.Invoke(init.Pid);
                conversation.UntilExecuted();
            }
            InitTimings.Add(request.Timings, plan, init.ReadTimes());
            return new LaunchedProcess
            {
                Pid = init.Pid,
                StartTime = conversation.StartTime,
                Pidfd = Files.Duplicate(init.Pidfd),
                Console = conversation.Console,
            };
        }
        catch
        {
            init.Kill();
            conversation.Console?.Dispose();
            throw;
        }
    }

    private static InitProcess StartInit(ExecRequest request, LaunchPlan plan, OwnedFd containerInit, CgroupEntry? birthplace)
    {
        var options = new InitProcessOptions
        {
            Io = request.Io,
            ContainerInit = containerInit,
            Cgroup = birthplace,
            Timed = request.Timings is not null,
        };
        using (request.Timings?.Measure("clone"))
        {
            try
            {
                return InitProcess.Start(plan, options);
            }
            catch (LinuxException e) when (e.Errno == Errno.EBUSY && birthplace is not null && request.SubCgroups.Count == 0)
            {
                // The container runs a manager such as systemd, which moved itself down and enabled controllers in its place.
                using CgroupEntry where = CgroupEntry.OfProcess(request.InitPid);
                return InitProcess.Start(plan, options with { Cgroup = where });
            }
        }
    }

    private static CgroupEntry? EnterCgroup(ExecRequest request, CgroupEntry? cgroup, InitProcess init)
    {
        // Who gets here with a v2 cgroup could not be born in it, or should not.
        if (cgroup is { CloneInto: not null } or { NeedsAttach: true }) request.Cgroup!.Attach(init.Pid, request.SubCgroups);
        return cgroup;
    }
}
