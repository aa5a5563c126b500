using Cofferdam.Containers.Hooks;
using Cofferdam.Containers.Launch;
using Cofferdam.Containers.ResourceControl;
using Cofferdam.Containers.State;
using Cofferdam.Containers.Sync;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers;

/// <content>The way of a container: create, start, exec, delete.</content>
public sealed partial class Container
{
    private readonly ContainerProcess? _init;

    /// <summary>What this program started in the container and so must reap; also before a removal can succeed.</summary>
    private readonly List<ContainerProcess> _children = [];

    /// <summary>The container's init, in the program that created it.</summary>
    /// <exception cref="InvalidOperationException">This object was loaded: another program is init's parent.</exception>
    public ContainerProcess Init => _init ?? throw new InvalidOperationException($"container '{Id}' was made by another process");

    /// <summary>
    /// Creates a container: everything is made but its program not yet executed. If that fails, nothing is left behind.
    /// </summary>
    /// <param name="root">The state root; made if it does not exist.</param>
    /// <param name="id">A name that no other container under the root has.</param>
    /// <param name="options">What to create, and how.</param>
    /// <exception cref="CofferdamException">
    /// <see cref="ErrorKind.AlreadyExists"/>: the id is taken; <see cref="ErrorKind.InvalidArgument"/>: the configuration
    /// is wrong, by its path in the JSON; <see cref="ErrorKind.FailedPrecondition"/>, <see cref="ErrorKind.DeadlineExceeded"/>:
    /// a hook failed or took too long; else the step of the launch that failed.
    /// </exception>
    public static Container Create(string root, ContainerId id, CreateOptions options) =>
        new ContainerCreation(root, id, options, waitForStart: true).Run();

    /// <summary>
    /// Creates a container and executes its program at once: cheaper than create and start. With a
    /// <see cref="CreateOptions.NotifySocket"/> a detached run waits for READY.
    /// </summary>
    /// <inheritdoc cref="Create"/>
    public static Container Run(string root, ContainerId id, CreateOptions options)
    {
        ContainerCreation creation = new(root, id, options, waitForStart: false);
        Container container = creation.Run();
        try
        {
            container.RunPoststart();
            if (creation.Notify is { } notify) container.PassNotifyOn(notify, options.NotifySocket!, inBackground: !options.Detached);
            return container;
        }
        catch
        {
            container.Delete(force: true, options.Warnings);
            container.Dispose();
            throw;
        }
    }

    /// <summary>Executes the program of a created container; returns when it executes.</summary>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="CofferdamException">
    /// <see cref="ErrorKind.FailedPrecondition"/>: it is not in status created, its program cannot be executed, or a
    /// poststart hook failed (then it was killed).
    /// </exception>
    public void Start(StartOptions? options = null)
    {
        NotifySocket? notify = ReleaseInit(options);
        try
        {
            using (options?.Timings?.Measure("poststart")) RunPoststart();
        }
        catch
        {
            notify?.Dispose();
            throw;
        }

        if (notify is not null) PassNotifyOn(notify, options!.NotifySocket!, options.NotifyInBackground);
    }

    /// <summary>Runs another process in the container.</summary>
    /// <exception cref="CofferdamException">
    /// <see cref="ErrorKind.FailedPrecondition"/>: the container is stopped, or paused and
    /// <see cref="ExecOptions.IgnorePaused"/> is not set, or the program cannot be executed.
    /// </exception>
    public ContainerProcess Exec(ExecOptions options)
    {
        switch (Status)
        {
            case ContainerStatus.Stopped: throw Refused(CallerVisibleText.ExecStopped);
            case ContainerStatus.Paused when !options.IgnorePaused: throw Refused(CallerVisibleText.ExecPaused);
            case ContainerStatus.Creating: throw Refused($"exec in container '{Id}': it is still being created");
            default: break;
        }

        SpecValidator.ValidateProcess(options.Process);
        // No lock: an exec with IgnorePaused may take until the resume that would wait for it.
        LaunchedProcess launched = ExecLaunch.Start(new ExecRequest
        {
            Process = options.Process,
            Spec = Spec,
            Id = Id,
            InitPid = _stored.Pid,
            InitStartTime = _stored.StartTime,
            Cgroup = Cgroup,
            SubCgroups = options.SubCgroups,
            Io = options.Io ?? StandardIo.Inherited,
            ConsoleSocket = options.ConsoleSocket,
            Detached = options.Detached,
            PreserveFds = options.PreserveFds,
            Rootless = _stored.Rootless,
            NoNewKeyring = _stored.NoNewKeyring,
            Timings = options.Timings,
            Ready = _stored.ResctrlPath.Length > 0 ? pid => ResctrlGroup.Join(_stored, pid) : null,
            StateForHooks = (_, _) => Describe(_stored, _stored.Pid, Status.ToText()),
        });
        ContainerProcess process = ProcessHandover.Complete(launched, options.Detached, options.PidFile, options.PidfdSocket, "setns");
        lock (_children)
        {
            _children.RemoveAll(static p => p.Pidfd.IsClosed);
            _children.Add(process);
        }

        return process;
    }

    /// <summary>
    /// Removes a container that is stopped, or created but never started, and runs its poststop hooks.
    /// </summary>
    /// <param name="force">Also one that runs: it is killed first.</param>
    /// <param name="warnings">Gets a line for a poststop hook that failed: the container is gone all the same.</param>
    /// <exception cref="CofferdamException">
    /// <see cref="ErrorKind.FailedPrecondition"/>: it runs, and <paramref name="force"/> is not set;
    /// <see cref="ErrorKind.NotFound"/>: it was removed already.
    /// </exception>
    public void Delete(bool force = false, ICollection<string>? warnings = null)
    {
        ContainerProcess[] children;
        lock (_children) children = [.. _children];
        new ContainerRemoval(_directory, Id, warnings, children, _stored.Created).Run(force);
    }

    /// <summary>
    /// Removes whatever stands under an id, in any status and also if its record is missing or damaged, as a create that
    /// was killed may leave it.
    /// </summary>
    /// <param name="root">The state root.</param>
    /// <param name="id">The container's id.</param>
    /// <param name="warnings">Gets a line for each thing that could not be cleaned up completely.</param>
    /// <returns>False if there was nothing.</returns>
    public static bool Purge(string root, ContainerId id, ICollection<string>? warnings = null) =>
        new ContainerRemoval(new StateDirectory(root, id), id, warnings).Purge();

    /// <summary>Lets init execute the program, with the lock held.</summary>
    /// <returns>The container's notify socket, if READY is to be passed on.</returns>
    private NotifySocket? ReleaseInit(StartOptions? options)
    {
        using StateLock held = _directory.Lock();
        Refresh();
        switch (Status)
        {
            case ContainerStatus.Created: break;
            case ContainerStatus.Running: throw Refused(CallerVisibleText.StartRunning);
            case ContainerStatus.Paused: throw Refused(CallerVisibleText.StartPaused);
            default: throw Refused(CallerVisibleText.StartStopped);
        }

        using OwnedFd init = Liveness.OpenInit(_stored) ?? throw Refused(CallerVisibleText.StartStopped);
        NotifySocket? notify = options?.NotifySocket is null ? null : NotifySocket.Open(_directory.Location);
        try
        {
            using (options?.Timings?.Measure("release"))
            {
                if (ExecFifo.Release(held, init) is { } failure) throw ContainerLaunch.DescribeFailure(Spec, failure);
            }

            return notify;
        }
        catch
        {
            notify?.Dispose();
            throw;
        }
    }

    private void RunPoststart()
    {
        if (!_stored.HasPoststart) return;
        try
        {
            RuntimeHooks.Run(Spec.Hooks.Poststart, "poststart", Describe(_stored, _stored.Pid, ContainerStatus.Running.ToText()));
        }
        catch (CofferdamException)
        {
            // runtime-spec: the failure of a poststart hook is an error of start, and the container is stopped.
            Signal(Signals.Kill, all: true);
            throw;
        }
    }

    private void PassNotifyOn(NotifySocket notify, string hostSocket, bool inBackground)
    {
        if (!inBackground)
        {
            Pass();
            return;
        }

        new Thread(Pass) { IsBackground = true, Name = "notify" }.Start();

        void Pass()
        {
            using (notify)
            using (OwnedFd? init = Liveness.OpenInit(_stored))
            {
                if (init is null) return;
                try
                {
                    notify.PassReadyOn(hostSocket, _stored.Pid, init);
                }
                catch (LinuxException) when (inBackground)
                {
                    // The host stopped listening. Its service manager will say that READY never came.
                }
            }
        }
    }
}
