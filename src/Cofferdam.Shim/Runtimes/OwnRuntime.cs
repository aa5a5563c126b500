using Cofferdam.Cgroups;
using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Shim.Bootstrap;
using Cofferdam.Spec;
using RuncCheckpoint = Cofferdam.Api.Runc.V1.CheckpointOptions;

namespace Cofferdam.Shim.Runtimes;

/// <summary>The library in this process: nothing is executed but the container's own processes.</summary>
internal sealed class OwnRuntime : IRuntime
{
    private readonly ShimOptions _options;
    private readonly string _root;
    private readonly ContainerId _id;
    private readonly string _bundle;
    private readonly ShimLog _log;
    private Container? _container;

    public OwnRuntime(ShimOptions options, string containerdNamespace, string id, string bundle, ShimLog log)
    {
        _options = options;
        _root = options.StateRoot(containerdNamespace);
        _id = new ContainerId(id);
        _bundle = bundle;
        _log = log;
    }

    public bool InitEndsAll => Container.Stored.OwnPidNamespace;

    public bool IsUnified => Container.Stored.CgroupPaths.ContainsKey("") && Container.Stored.CgroupPaths.Count == 1;

    private string CriuWorkPath => _options.CriuWorkPath.Length > 0 ? _options.CriuWorkPath : Path.Join(_bundle, "criu-work");

    private Container Container => _container ?? throw new CofferdamException(ErrorKind.FailedPrecondition, $"container '{_id}' is not created yet");

    public LiveProcess Create(StandardIo io, bool terminal)
    {
        List<string> warnings = [];
        _container = Container.Create(_root, _id, CreateOptions(io, warnings));
        Log(warnings);
        return new LiveProcess(_container.Init);
    }

    public LiveProcess Restore(string checkpoint, StandardIo io, bool terminal)
    {
        List<string> warnings = [];
        RestoreOptions restore = new()
        {
            ImagePath = checkpoint,
            WorkPath = CriuWorkPath,
            TcpEstablished = true,
            ExternalUnixSockets = true,
            ShellJob = terminal,
            FileLocks = true,
            Warnings = warnings,
        };
        _container = Container.Restore(_root, _id, CreateOptions(io, warnings), restore);
        Log(warnings);
        return new LiveProcess(_container.Init);
    }

    public void Start() => Container.Start();

    public LiveProcess Exec(string execId, ReadOnlySpan<byte> process, StandardIo io, bool terminal)
    {
        List<string> warnings = [];
        Process parsed = SpecReader.ReadProcess(process, warnings) with { Terminal = terminal };
        Log(warnings);
        return new LiveProcess(Container.Exec(new ExecOptions { Process = parsed, Io = io }));
    }

    public void Kill(int signal, bool all) => Container.Signal(signal, all);

    public void Pause() => Container.Pause();

    public void Resume() => Container.Resume();

    public void Update(ReadOnlySpan<byte> resources)
    {
        List<string> warnings = [];
        Container.Update(SpecReader.ReadResources(resources, warnings), warnings);
        Log(warnings);
    }

    public void Checkpoint(string path, RuncCheckpoint options)
    {
        foreach (string kind in options.EmptyNamespaces)
        {
            if (kind != "network") throw new CofferdamException(ErrorKind.InvalidArgument, $"options.empty_namespaces: '{kind}' is not network, which always is");
        }

        List<string> warnings = [];
        Container.Checkpoint(new CheckpointOptions
        {
            ImagePath = options.ImagePath.Length > 0 ? options.ImagePath : path,
            WorkPath = options.WorkPath.Length > 0 ? options.WorkPath : CriuWorkPath,
            LeaveRunning = !options.Exit,
            TcpEstablished = options.OpenTcp,
            ExternalUnixSockets = options.ExternalUnixSockets,
            ShellJob = options.Terminal,
            FileLocks = options.FileLocks,
            CgroupMode = CgroupModeOf(options.CgroupsMode),
            Warnings = warnings,
        });
        Log(warnings);
    }

    public IReadOnlyList<int> Processes() => Container.Processes();

    public CgroupStats Stats() => Container.Stats();

    public ulong OomKills() => Container.OomKills();

    public CgroupNotification? WatchOom() => Container.OpenOomNotification();

    public void Delete()
    {
        if (_container is null) return;
        List<string> warnings = [];
        try
        {
            _container.Delete(force: true, warnings);
        }
        catch (CofferdamException e) when (e.Kind == ErrorKind.NotFound)
        {
            // An earlier attempt came this far, or somebody did it by hand.
        }

        Log(warnings);
    }

    public void Dispose() => _container?.Dispose();

    private CreateOptions CreateOptions(StandardIo io, List<string> warnings) => new()
    {
        Bundle = _bundle,
        Io = io,
        NoPivot = _options.NoPivotRoot,
        NoNewKeyring = _options.NoNewKeyring,
        CgroupManager = ManagerOf(_options),
        PidFile = Path.Join(_bundle, Tasks.BundleRecord.PidFile),
        Warnings = warnings,
    };

    // dockerd has no options for a shim that it does not know, and yet asks for a unit where systemd is its cgroup driver.
    private static CgroupManagerKind ManagerOf(ShimOptions options) => options switch
    {
        { SystemdCgroup: true } => CgroupManagerKind.Systemd,
        { AreGiven: false } => CgroupManagerKind.ByPath,
        _ => CgroupManagerKind.Cgroupfs,
    };

    private static CriuCgroupMode CgroupModeOf(string mode) => mode switch
    {
        "" => CriuCgroupMode.Default,
        "soft" => CriuCgroupMode.Soft,
        "full" => CriuCgroupMode.Full,
        "strict" => CriuCgroupMode.Strict,
        "ignore" => CriuCgroupMode.Ignore,
        _ => throw new CofferdamException(ErrorKind.InvalidArgument, $"options.cgroups_mode: '{mode}' is not soft, full, strict or ignore"),
    };

    private void Log(List<string> warnings)
    {
        foreach (string warning in warnings) _log.Warning(warning);
    }
}
