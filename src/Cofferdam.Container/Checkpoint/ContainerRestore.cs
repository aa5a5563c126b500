using System.Globalization;
using Cofferdam.Cgroups;
using Cofferdam.Containers.Hooks;
using Cofferdam.Containers.Launch;
using Cofferdam.Containers.Launch.Drive;
using Cofferdam.Containers.ResourceControl;
using Cofferdam.Containers.State;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>
/// One restore: a container is made around the processes that CRIU brings back. As in a creation each thing is recorded before
/// it exists, and taken back if a later step fails.
/// </summary>
internal sealed class ContainerRestore
{
    private readonly ContainerId _id;
    private readonly CreateOptions _options;
    private readonly RestoreOptions _restore;
    private readonly StateDirectory _directory;
    private readonly RuntimeSpec _spec;
    private readonly byte[] _config;
    private readonly ICgroup _cgroup;
    private readonly RestoredCgroup _restored;
    private StoredState _state;
    private StateLock? _held;
    private OwnedFd? _console;
    private OwnedFd? _init;
    private ResctrlGroup? _resctrl;

    public ContainerRestore(string root, ContainerId id, CreateOptions options, RestoreOptions restore)
    {
        _id = id;
        _options = options;
        _restore = restore;
        _directory = new StateDirectory(root, id);
        (_spec, _config) = BundleConfiguration.Read(options);
        bool rootless = RootlessDetection.Decide(options.Rootless);
        CgroupOptions choice = new() { Rootless = rootless, Manager = options.CgroupManager, OwnerUid = CgroupOwner.For(_spec), Annotations = _spec.Annotations };
        _cgroup = CgroupFactory.ForSpec(_spec.Linux.CgroupsPath, id.Value, choice);
        _restored = new RestoredCgroup(_cgroup, restore.CgroupMode, options.Warnings);
        _state = NewRecord.Intended(id, _spec, options, rootless, _cgroup) with
        {
            StandardStreams = _spec.Process is { Terminal: true } ? [] : StreamNames.Read(options.Io),
        };
    }

    /// <summary>Restores the container, or leaves nothing behind.</summary>
    public Container Run()
    {
        RequireRoot("restoring");
        Check();
        ImageDirectory.RequireCheckpoint(_restore.ImagePath);
        using (_held = _directory.Reserve())
        {
            try
            {
                NotifySocket.MakeDirectory(_held);
                ContainerProcess init = Restore();
                return new Container(_directory, _state, init) { OomLog = _cgroup.EntryKind == CgroupEntryKind.AroundProcess ? OomLog.Begin() : null };
            }
            catch (Exception e)
            {
                Undo();
                if (e is LinuxException) throw CofferdamException.Wrap($"restoring container '{_id}'", e);
                throw;
            }
        }
    }

    /// <summary>CRIU needs more capabilities than an ordinary user's namespace gives.</summary>
    public static void RequireRoot(string doing)
    {
        if (Processes.EffectiveUid != 0) throw new CofferdamException(ErrorKind.PermissionDenied, $"{doing} a container: needs root");
    }

    private void Check()
    {
        Namespaces.Check(_spec);
        if (_spec.Process is { } process) TerminalRules.Check(process, _options.ConsoleSocket, _options.Detached);
        RestoredLabels.Check(_spec, _restore.LsmProfile);
        _restored.Check(_spec);
    }

    private ContainerProcess Restore()
    {
        StandardIo io = _options.Io ?? StandardIo.Inherited;
        string program = CriuProgram.Find(_restore.CriuPath);
        RestoreRoot root = new(_spec, _state.Bundle, _state.Rootfs, _directory.Location);
        using InheritedFiles inherited = InheritedFiles.For(_spec, _restore.ImagePath, io);
        ImageDirectory? images = null;
        CriuSession? criu = null;
        // What CRIU restores becomes this process's child.
        using ExpectedChild expected = OwnChildren.Expect();
        try
        {
            criu = root.Start(() =>
            {
                // Here and not before: CRIU makes mounts of its own in the work directory, which must be of its mount namespace.
                images = ImageDirectory.ForRestore(_restore);
                return CriuSession.Start(program, _restore.ShellJob ? io : null, inherited.Files);
            });
            if (_restore.LsmProfile is null) RestoredLabels.CheckSaved(_spec, images!.Images);
            images!.LetIn(_spec);
            RequireVersions(criu);
            MakeCgroup(criu.Pid, images);
            return Perform(criu, Describe(images, root, inherited), images);
        }
        finally
        {
            criu?.Dispose();
            images?.Dispose();
            root.Tidy();
            _restored.Tidy();
        }
    }

    private ContainerProcess Perform(CriuSession criu, CriuRequest request, ImageDirectory images)
    {
        CriuResponse response;
        try
        {
            response = criu.Perform(request, Notified);
        }
        catch (CofferdamException e)
        {
            throw new CofferdamException(e.Kind, $"restoring container '{_id}': {e.Message}: {images.Explain()}", e);
        }

        return Finish(response.RestoredPid);
    }

    private void RequireVersions(CriuSession criu)
    {
        criu.RequireVersion(CriuSession.OldestVersion, "containers");
        if (_restore.LsmProfile is not null || _restore.LsmMountContext is not null) criu.RequireVersion(31600, "another LSM profile or context");
        criu.RequireFeatures(memoryTracking: false, _restore.LazyPages);
    }

    /// <summary>Records the container, and makes its cgroup with the configuration's limits.</summary>
    private void MakeCgroup(int criu, ImageDirectory images)
    {
        if (_spec.Linux.IntelRdt is { } rdt)
        {
            _resctrl = ResctrlGroup.Plan(rdt, _id, _options.ResctrlRoot is { } resctrl ? new ResctrlMount(resctrl) : null, _options.Warnings);
            _state = _state with { ResctrlPath = _resctrl.Location, ResctrlMonitorPath = _resctrl.Monitor, ResctrlOwned = _resctrl.IsOwn };
        }

        _held!.WriteConfig(_config);
        _held.Write(_state);
        _resctrl?.Create();
        _restored.Make(_spec.Linux.Resources, images.Images, criu);
        _state = _state with { CgroupPaths = _cgroup.Paths, SystemdUnit = _cgroup.Unit?.Name ?? "" };
    }

    private CriuRequest Describe(ImageDirectory images, RestoreRoot root, InheritedFiles inherited)
    {
        CriuRequest request = new(CriuRequestType.Restore, images.Images.Fd, images.Work?.Fd, images.Log, _restore);
        request.Restore(_restore);
        request.Root(root.Location);
        request.CgroupMode(_restored.ModeOfCriu);
        if (root.CgroupYard is { } yard) request.CgroupYard(yard);
        request.ConfigFile(CriuProgram.ConfigFile(_spec.Annotations));
        request.EmptyNamespaces((uint)NamespaceFlags.Network);
        Namespaces.AddToRestore(request, _spec);
        inherited.AddTo(request);
        foreach (ExternalMount mount in RestoredMounts.Find(_spec, root.Sources, _cgroup, _directory.Location)) request.ExternalMount(mount.Key, mount.Value);
        foreach ((string controller, string path) in CgroupRoots.Of(_cgroup.Paths)) request.CgroupRoot(controller, path);
        return request;
    }

    private void Notified(CriuNotification notification)
    {
        switch (notification.Stage)
        {
            case "setup-namespaces":
                SetUpNamespaces(notification.Pid);
                break;
            case "post-setup-namespaces":
                _restored.GiveDown();
                break;
            case "orphan-pts-master":
                TakeTerminal(notification.Fds);
                break;
            case "post-restore":
                // All processes are there, and none runs yet: what they do first must not meet a container without its record.
                Namespaces.Verify(_spec, notification.Pid);
                _restored.Complete(notification.Pid);
                JoinResctrl(notification.Pid);
                RecordCompletion(notification.Pid);
                break;
            default:
                break;
        }
    }

    /// <summary>What a create does in new namespaces: CRIU has just made them, and restored nothing yet.</summary>
    private void SetUpNamespaces(int pid)
    {
        OwnChildren.Add(pid);
        OwnedFd init = _init = Processes.OpenPidfd(pid);
        if (Namespaces.HasOwn(_spec, NamespaceType.Network))
        {
            using OwnedFd network = Files.Open(ProcFs.PathOf(pid, "ns/net"), OpenFlags.ReadOnly);
            NetworkDevices.SetLoopbackUp(network);
        }

        if (_spec.Linux.NetDevices.Count > 0) NetDeviceMoves.Move(_spec.Linux.NetDevices, pid);
        ContainerState state = Container.Describe(_state, pid, ContainerStatus.Creating.ToText());
        RuntimeHooks.Run(_spec.Hooks.Prestart, "prestart", state, init);
        RuntimeHooks.Run(_spec.Hooks.CreateRuntime, "createRuntime", state, init);
    }

    private void TakeTerminal(List<OwnedFd> fds)
    {
        if (fds.Count == 0) throw new CofferdamException(ErrorKind.Internal, "criu sent no terminal");
        OwnedFd master = fds[0];
        fds.RemoveAt(0);
        if (_options.ConsoleSocket is not { } path)
        {
            _console = master;
            return;
        }

        using (master)
        using (OwnedFd socket = UnixSockets.Connect(path))
            UnixSockets.SendFd(socket, "/dev/ptmx"u8, master.Fd);
    }

    private void JoinResctrl(int init)
    {
        if (_resctrl is null) return;
        foreach (int pid in ProcessTree.From(init))
            foreach (DirectoryEntry thread in Files.ReadDirectory(ProcFs.PathOf(pid, "task"))) _resctrl.Join(int.Parse(thread.Name, CultureInfo.InvariantCulture));
    }

    private void RecordCompletion(int pid)
    {
        _state = NewRecord.Completed(_state, _spec, pid, ProcFs.ReadStat(pid).StartTime);
        _held!.Write(_state);
    }

    private ContainerProcess Finish(int pid)
    {
        OwnChildren.Add(pid);
        if (!_state.Complete) RecordCompletion(pid);
        LaunchedProcess launched = new() { Pid = pid, StartTime = _state.StartTime, Pidfd = Processes.OpenPidfd(pid), Console = _console };
        _init?.Dispose();
        return ProcessHandover.Complete(launched, _options.Detached, _options.PidFile, _options.PidfdSocket, "standard");
    }

    // CRIU has killed what it restored; the cgroup still is ours to remove.
    private void Undo()
    {
        _console?.Dispose();
        if (!_restored.IsOurs) _state = _state with { CgroupPaths = new Dictionary<string, string>() };
        try
        {
            ReapInit();
            ContainerRemoval.KillProcesses(_state, []);
            if (_restored.IsOurs) _cgroup.Remove();
            _resctrl?.Remove();
            _held!.Remove();
        }
        catch (Exception e) when (e is LinuxException or CofferdamException)
        {
            _options.Warnings?.Add($"cleaning up container '{_id}': {e.Message}");
        }

        RuntimeHooks.RunAll(_spec.Hooks.Poststop, "poststop", Container.Describe(_state, 0, ContainerStatus.Stopped.ToText()), _options.Warnings);
    }

    // The dead init is our child, and not CRIU's.
    private void ReapInit()
    {
        if (_init is null || _init.IsClosed) return;
        using (_init)
        {
            Processes.TrySendSignal(_init, Signals.Kill, out _);
            try
            {
                Processes.Wait(_init);
            }
            catch (LinuxException e) when (e.Errno == Errno.ECHILD)
            {
                // Something else in this program waits for all children.
            }
        }
    }
}
