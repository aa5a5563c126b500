using Cofferdam.Cgroups;
using Cofferdam.Containers.Hooks;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Containers.Sync;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>The parent's half of a launch while init works: answers it until it is ready.</summary>
internal sealed class LaunchConversation(InitProcess init, LaunchPlan plan)
{
    /// <summary>The configuration whose maps, devices and hooks the parent serves; an exec has none.</summary>
    public RuntimeSpec? Spec { get; init; }

    public bool Rootless { get; init; }

    public string? ConsoleSocket { get; init; }

    public required Func<int, string, ContainerState> State { get; init; }

    /// <summary>Told once, when the process that will be the program exists.</summary>
    public Action<int, ulong>? ProcessExists { get; init; }

    /// <summary>Called when init, which does not fork any more, asks for the files by which it enters its cgroup.</summary>
    public Func<CgroupEntry?>? EnterCgroup { get; init; }

    /// <summary>What to say about memory when init was killed.</summary>
    public Func<string?>? ExplainKill { get; init; }

    /// <summary>The terminal's master side, unless it went to the console socket.</summary>
    public OwnedFd? Console { get; private set; }

    public ulong StartTime { get; private set; }

    /// <summary>Notes a process that does not fork any more; its work goes on beside ours.</summary>
    public void Begin()
    {
        if (!plan.Forks) NoteProcess();
    }

    /// <summary>Serves init until it says that it is ready.</summary>
    /// <exception cref="CofferdamException">A step failed, here or in init; init still has to be killed.</exception>
    public void UntilReady()
    {
        while (init.Receive(out InitMessage message, out OwnedFd? fd))
        {
            switch (message.Kind)
            {
                case InitMessageKind.Forked:
                    NoteProcess();
                    break;
                case InitMessageKind.AtPoint:
                    ServePoint((SyncPoint)message.Value, message.Step, fd);
                    break;
                case InitMessageKind.Terminal:
                    TakeTerminal(fd!);
                    break;
                case InitMessageKind.SeccompListener:
                    SeccompListener.Send(fd!, Spec!.Linux.Seccomp!, State(init.Pid, "creating"), init.Pid);
                    init.Go();
                    break;
                case InitMessageKind.Ready:
                    return;
                case InitMessageKind.Failed:
                    throw LaunchFailure.From(message, plan, init.ReadHookOutput());
                default:
                    throw new CofferdamException(ErrorKind.Internal, $"receiving from init: unexpected message {(int)message.Kind}");
            }
        }
        throw LaunchFailure.Died(init.Reap(), ExplainKill?.Invoke());
    }

    /// <summary>Lets a ready init go on to its program, and waits until that executes.</summary>
    public void UntilExecuted()
    {
        init.Go();
        while (init.Receive(out InitMessage message, out _))
            if (message.Kind == InitMessageKind.Failed) throw LaunchFailure.From(message, plan, init.ReadHookOutput());
    }

    private void NoteProcess()
    {
        StartTime = ProcFs.ReadStat(init.Pid).StartTime;
        ProcessExists?.Invoke(init.Pid, StartTime);
    }

    private void ServePoint(SyncPoint point, int step, OwnedFd? tree)
    {
        switch (point)
        {
            case SyncPoint.Cgroup:
                SendTaskFiles();
                return;
            case SyncPoint.UserNamespace:
                IdMaps.Write(init.Pid, Spec!.Linux, Rootless);
                break;
            case SyncPoint.Network:
                NetDeviceMoves.Move(Spec!.Linux.NetDevices, init.Pid);
                break;
            case SyncPoint.RuntimeHooks:
                ContainerState state = State(init.Pid, "creating");
                RuntimeHooks.Run(Spec!.Hooks.Prestart, "prestart", state, init.Pidfd);
                RuntimeHooks.Run(Spec.Hooks.CreateRuntime, "createRuntime", state, init.Pidfd);
                break;
            case SyncPoint.SourceTree:
                ServeSourceTree(plan.Steps[step], tree);
                return;
            default:
                throw new CofferdamException(ErrorKind.Internal, $"receiving from init: unknown point {(int)point}");
        }
        init.Go();
    }

    private void SendTaskFiles()
    {
        IReadOnlyList<OwnedFd> files = EnterCgroup?.Invoke()?.TaskFiles ?? [];
        Span<int> fds = stackalloc int[files.Count];
        for (int i = 0; i < files.Count; i++) fds[i] = files[i].Fd;
        init.Go(fds);
    }

    private void ServeSourceTree(LaunchStep step, OwnedFd? tree)
    {
        try
        {
            if (tree is null)
            {
                using OwnedFd made = SourceTrees.Clone(step.SourceTree!);
                init.Go(made.Fd);
                return;
            }
            using (tree) SourceTrees.Map(step.SourceTree!, tree);
            init.Go();
        }
        catch (LinuxException exception)
        {
            string hint = step.Hint?.Invoke((int)exception.Errno) is { } text ? $" (hint: {text})" : "";
            throw new CofferdamException(ErrorKind.Internal, $"{step.Field}: {step.Title}: {exception.Message}{hint}", exception);
        }
    }

    private void TakeTerminal(OwnedFd master)
    {
        if (ConsoleSocket is null)
        {
            Console = master;
            return;
        }
        using (master)
        using (OwnedFd socket = UnixSockets.Connect(ConsoleSocket))
            UnixSockets.SendFd(socket, "/dev/ptmx"u8, master.Fd);
    }
}
