using Cofferdam.Cgroups;
using Cofferdam.Containers.Checkpoint;
using Cofferdam.Containers.Hooks;
using Cofferdam.Containers.Launch;
using Cofferdam.Containers.ResourceControl;
using Cofferdam.Containers.State;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers;

/// <summary>
/// One creation, from the bundle to an init that waits for start. Each thing is recorded before it exists or in the same
/// breath, and taken back if a later step fails; a process that is killed in between leaves a record that names the rest.
/// </summary>
internal sealed class ContainerCreation
{
    private readonly ContainerId _id;
    private readonly CreateOptions _options;
    private readonly bool _waitForStart;
    private readonly string _root;
    private readonly string _bundle;
    private readonly StateDirectory _directory;
    private RuntimeSpec _spec = new();
    private StoredState _state;
    private ICgroup? _cgroup;
    private StateLock? _held;
    private ContainerProcess? _init;
    private ResctrlGroup? _resctrl;
    private OomLog? _oomLog;
    private bool _cgroupMade;
    private bool _launched;
    private bool _recorded;

    public ContainerCreation(string root, ContainerId id, CreateOptions options, bool waitForStart)
    {
        _id = id;
        _options = options;
        _waitForStart = waitForStart;
        _root = root;
        _bundle = Path.GetFullPath(options.Bundle);
        _directory = new StateDirectory(root, id);
        _state = new StoredState { Id = id.Value, Bundle = _bundle, Created = DateTimeOffset.UtcNow };
    }

    /// <summary>
    /// The container's notify socket, when the program executes at once and so may write to it before this creation returns.
    /// </summary>
    public NotifySocket? Notify { get; private set; }

    /// <summary>Creates the container, or leaves nothing behind.</summary>
    public Container Run()
    {
        byte[] config = ReadConfiguration();
        using (_held = _directory.Reserve())
        {
            try
            {
                using (Measure("state")) DescribeIntention();
                MakeRendezvous();
                using (Measure("launch")) LaunchInit(config);
                return new Container(_directory, _state, _init) { OomLog = _oomLog };
            }
            catch (Exception e)
            {
                Undo();
                if (e is LinuxException) throw CofferdamException.Wrap($"creating container '{_id}'", e);
                throw;
            }
        }
    }

    private LaunchTimings.Scope? Measure(string phase) => _options.Timings?.Measure(phase);

    private byte[] ReadConfiguration()
    {
        using LaunchTimings.Scope? parse = Measure("parse");
        (_spec, byte[] text) = BundleConfiguration.Read(_options);
        if (_spec.Process is { Terminal: true } && _options is { Detached: true, ConsoleSocket: null })
            throw new CofferdamException(ErrorKind.InvalidArgument, "process.terminal: a detached container needs a console socket");
        return text;
    }

    private void DescribeIntention()
    {
        bool rootless = RootlessDetection.Decide(_options.Rootless);
        CgroupOptions choice = new() { Rootless = rootless, Manager = _options.CgroupManager, OwnerUid = CgroupOwner.For(_spec), Annotations = _spec.Annotations };
        _cgroup = CgroupFactory.ForSpec(_spec.Linux.CgroupsPath, _id.Value, choice);
        _state = NewRecord.Intended(_id, _spec, _options, rootless, _cgroup) with
        {
            // With a terminal the program gets none of these.
            StandardStreams = _spec.Process is { Terminal: true } ? [] : StreamNames.Read(_options.Io),
        };
        if (_spec.Linux.IntelRdt is { } rdt) DescribeResctrl(rdt);
        if (_cgroup.EntryKind == CgroupEntryKind.AroundProcess) _oomLog = OomLog.Begin();
    }

    private void DescribeResctrl(IntelRdt config)
    {
        ResctrlMount? mount = _options.ResctrlRoot is { } root ? new ResctrlMount(root) : null;
        _resctrl = ResctrlGroup.Plan(config, _id, mount, _options.Warnings);
        _state = _state with { ResctrlPath = _resctrl.Location, ResctrlMonitorPath = _resctrl.Monitor, ResctrlOwned = _resctrl.IsOwn };
    }

    /// <summary>An init that is born in its cgroup (v2) must find it there.</summary>
    private void WorkBeforeInit(byte[] config)
    {
        if (_cgroup!.EntryKind != CgroupEntryKind.CloneInto) return;
        using LaunchTimings.Scope? before = Measure("record, make cgroup");
        RecordAndMakeCgroup(config, 0);
    }

    /// <summary>
    /// What is done while init makes its namespaces and mounts; it enters a v1 cgroup after that. Until the record is written
    /// there is nothing to find: if this process is killed before, init sees the end of its socket and leaves.
    /// </summary>
    private void WorkBesideInit(byte[] config, int pid)
    {
        using LaunchTimings.Scope? beside = Measure("record, cgroup");
        if (!_cgroupMade) RecordAndMakeCgroup(config, pid);
        _cgroup!.Apply(_spec.Linux.Resources, _options.Warnings);
        // Controllers that a rootless caller may not use are no longer among them, and only systemd knows where its scopes are.
        _state = _state with { CgroupPaths = _cgroup.Paths, SystemdUnit = _cgroup.Unit?.Name ?? "" };
        if (_resctrl is null) return;
        _resctrl.Create();
        _state = _state with { ResctrlOwned = _resctrl.IsOwn };
    }

    private void RecordAndMakeCgroup(byte[] config, int pid)
    {
        _held!.WriteConfig(config);
        _held.Write(_state);
        _recorded = true;
        _cgroup!.Create(_spec.Linux.Resources, pid);
        _cgroupMade = true;
    }

    /// <summary>Makes what the container and its runtime will meet at: the exec fifo and the notify socket's directory.</summary>
    private void MakeRendezvous()
    {
        if (_waitForStart) _held!.MakeFifo();
        if (_options.NotifySocket is null) return;
        NotifySocket.MakeDirectory(_held!);
        _spec = NotifySocket.AddTo(_spec, _directory.Location);
        if (!_waitForStart) Notify = NotifySocket.Open(_directory.Location);
    }

    private void LaunchInit(byte[] config)
    {
        _launched = true;
        LaunchedProcess launched = ContainerLaunch.Create(new LaunchRequest
        {
            Spec = _spec,
            Bundle = _bundle,
            Id = _id,
            StateDirectory = _directory.Location,
            Cgroup = _cgroup,
            Io = _options.Io ?? StandardIo.Inherited,
            ConsoleSocket = _options.ConsoleSocket,
            Detached = _options.Detached,
            NoPivot = _options.NoPivot,
            NoNewKeyring = _options.NoNewKeyring,
            PreserveFds = _options.PreserveFds,
            ListenFds = _options.ListenFds,
            Rootless = _state.Rootless,
            WaitForStart = _waitForStart,
            Timings = _options.Timings,
            Notes = _options.Notes,
            StateForHooks = (pid, status) => Container.Describe(_state, pid, status),
            ProcessExists = RecordProcess,
            BeforeInit = () => WorkBeforeInit(config),
            BesideInit = pid => WorkBesideInit(config, pid),
            Ready = RecordCompletion,
        });
        _init = ProcessHandover.Complete(launched, _options.Detached, _options.PidFile, _options.PidfdSocket, "standard");
    }

    private void RecordProcess(int pid, ulong startTime)
    {
        _state = _state with { Pid = pid, StartTime = startTime };
        // A process that forks comes later than the first record.
        if (_recorded) _held!.Write(_state);
    }

    private void RecordCompletion(LaunchedProcess init)
    {
        _resctrl?.Join(init.Pid);
        _state = NewRecord.Completed(_state, _spec, init.Pid, init.StartTime);
        _held!.Write(_state);
    }

    // What cannot be taken back stays in the record, so that a delete can try again; the first failure is what is told.
    private void Undo()
    {
        IReadOnlyList<Hook> poststop = _launched ? _spec.Hooks.Poststop : [];
        if (!_cgroupMade) _state = _state with { CgroupPaths = new Dictionary<string, string>() };
        try
        {
            ContainerRemoval.KillProcesses(_state, _init is null ? [] : [_init]);
            if (_cgroupMade) _cgroup!.Remove();
            _resctrl?.Remove();
            _held!.Remove();
        }
        catch (Exception e) when (e is LinuxException or CofferdamException)
        {
            _options.Warnings?.Add($"cleaning up container '{_id}': {e.Message}");
        }
        finally
        {
            _init?.Dispose();
            Notify?.Dispose();
            _oomLog?.Dispose();
        }

        RuntimeHooks.RunAll(poststop, "poststop", Container.Describe(_state, 0, ContainerStatus.Stopped.ToText()), _options.Warnings);
    }
}
