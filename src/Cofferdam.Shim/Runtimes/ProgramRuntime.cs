using System.Globalization;
using System.Text;
using Cofferdam.Cgroups;
using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Shim.Bootstrap;
using RuncCheckpoint = Cofferdam.Api.Runc.V1.CheckpointOptions;

namespace Cofferdam.Shim.Runtimes;

/// <summary>
/// Another runtime with runc's command line (<c>options.binary_name</c>), run as a program for each operation. The processes
/// that it detaches become this process's children: it is their subreaper.
/// </summary>
internal sealed class ProgramRuntime : IRuntime
{
    private readonly ShimOptions _options;
    private readonly RuntimeProgram _program;
    private readonly string _id;
    private readonly string _bundle;
    private readonly ShimLog _log;
    private ICgroup? _cgroup;

    public ProgramRuntime(ShimOptions options, string containerdNamespace, string id, string bundle, ShimLog log)
    {
        _options = options;
        _id = id;
        _bundle = bundle;
        _log = log;
        _program = new RuntimeProgram(options, containerdNamespace, bundle);
    }

    /// <summary>Not known here; to kill what is gone does no harm.</summary>
    public bool InitEndsAll => false;

    public bool IsUnified => _cgroup is { Paths.Count: 1 } cgroup && cgroup.Paths.ContainsKey("");

    public LiveProcess Create(StandardIo io, bool terminal) => StartInit("create", [], io, terminal);

    public LiveProcess Restore(string checkpoint, StandardIo io, bool terminal)
    {
        List<string> options = ["--image-path", checkpoint, "--work-path", CriuWorkPath, "--tcp-established", "--ext-unix-sk", "--file-locks", "--detach"];
        if (terminal) options.Add("--shell-job");
        return StartInit("restore", options, io, terminal);
    }

    public void Start() => _program.Run("start", _id);

    public LiveProcess Exec(string execId, ReadOnlySpan<byte> process, StandardIo io, bool terminal)
    {
        using OwnedFd bundle = Files.Open(_bundle, OpenFlags.Directory);
        string name = $"exec-{Convert.ToHexStringLower(System.IO.Hashing.XxHash128.Hash(Encoding.UTF8.GetBytes(execId)))}";
        string pidFile = Path.Join(_bundle, name + ".pid"), processFile = Path.Join(_bundle, name + ".json");
        const int fileMode = 0x180;   // 0600
        AtomicFile.Write(bundle, name + ".json", process, fileMode);
        try
        {
            return Launch(pidFile, terminal, io, console => ["exec", "--process", processFile, "--detach", "--pid-file", pidFile, .. console, _id]);
        }
        finally
        {
            Files.TryUnlink(pidFile, out _);
            Files.TryUnlink(processFile, out _);
        }
    }

    public void Kill(int signal, bool all)
    {
        string number = signal.ToString(CultureInfo.InvariantCulture);
        try
        {
            if (all) _program.Run("kill", "--all", _id, number);
            else _program.Run("kill", _id, number);
        }
        catch (CofferdamException e) when (IsGone(e.Message))
        {
            if (!all) throw new CofferdamException(ErrorKind.FailedPrecondition, e.Message, e);
        }
    }

    public void Pause() => _program.Run("pause", _id);

    public void Resume()
    {
        try
        {
            _program.Run("resume", _id);
        }
        catch (CofferdamException e) when (e.Message.Contains("not paused", StringComparison.Ordinal))
        {
            throw new CofferdamException(ErrorKind.FailedPrecondition, e.Message, e);
        }
    }

    public void Update(ReadOnlySpan<byte> resources)
    {
        using OwnedFd input = Memfds.FromContent("resources", resources.ToArray());
        _program.Run(["update", "--resources", "-", _id], new StandardIo { Input = input });
    }

    public void Checkpoint(string path, RuncCheckpoint options)
    {
        string work = options.WorkPath.Length > 0 ? options.WorkPath : CriuWorkPath;
        List<string> arguments = ["checkpoint", "--image-path", options.ImagePath.Length > 0 ? options.ImagePath : path, "--work-path", work];
        if (!options.Exit) arguments.Add("--leave-running");
        if (options.OpenTcp) arguments.Add("--tcp-established");
        if (options.ExternalUnixSockets) arguments.Add("--ext-unix-sk");
        if (options.Terminal) arguments.Add("--shell-job");
        if (options.FileLocks) arguments.Add("--file-locks");
        if (options.CgroupsMode.Length > 0) arguments.AddRange(["--manage-cgroups-mode", options.CgroupsMode]);
        foreach (string kind in options.EmptyNamespaces) arguments.AddRange(["--empty-ns", kind]);
        arguments.Add(_id);
        _program.Run(arguments, StandardIo.Inherited);
    }

    public IReadOnlyList<int> Processes() => Cgroup.ReadProcesses();

    public CgroupStats Stats() => Cgroup.Exists() ? Cgroup.ReadStats() : throw new CofferdamException(ErrorKind.NotFound, "cgroup does not exist: not found");

    public ulong OomKills() => _cgroup?.ReadOomKillCount() ?? 0;

    public CgroupNotification? WatchOom() => Cgroup.OpenOomNotification();

    public void Delete()
    {
        try
        {
            _program.Run("delete", "--force", _id);
        }
        catch (CofferdamException e) when (IsGone(e.Message))
        {
            _log.Debug($"deleting container '{_id}': {e.Message}");
        }
    }

    public void Dispose()
    {
    }

    private string CriuWorkPath => _options.CriuWorkPath.Length > 0 ? _options.CriuWorkPath : Path.Join(_bundle, "criu-work");

    private ICgroup Cgroup => _cgroup ?? throw new CofferdamException(ErrorKind.FailedPrecondition, $"container '{_id}' is not created yet");

    private static bool IsGone(string message) =>
        message.Contains("does not exist", StringComparison.Ordinal) || message.Contains("not running", StringComparison.Ordinal)
        || message.Contains("process already finished", StringComparison.Ordinal) || message.Contains("No such process", StringComparison.OrdinalIgnoreCase);

    private LiveProcess StartInit(string command, IReadOnlyList<string> options, StandardIo io, bool terminal)
    {
        string pidFile = Path.Join(_bundle, Tasks.BundleRecord.PidFile);
        List<string> arguments = [command, "--bundle", _bundle, "--pid-file", pidFile, .. options];
        if (_options.NoPivotRoot) arguments.Add("--no-pivot");
        if (_options.NoNewKeyring && command == "create") arguments.Add("--no-new-keyring");
        LiveProcess? live = null;
        try
        {
            live = Launch(pidFile, terminal, io, console => [.. arguments, .. console, _id]);
            _cgroup = CgroupFactory.OfProcess(live.Pid);
            return live;
        }
        catch
        {
            Delete();
            live?.Reap();
            live?.Dispose();
            throw;
        }
    }

    private LiveProcess Launch(string pidFile, bool terminal, StandardIo io, Func<IReadOnlyList<string>, IReadOnlyList<string>> arguments)
    {
        using ConsoleReceiver? receiver = terminal ? new ConsoleReceiver() : null;
        // Until its number is known, the process that the program leaves to us must not be reaped as an orphan.
        using ExpectedChild expected = OwnChildren.Expect();
        _program.Run(arguments(receiver is null ? [] : ["--console-socket", receiver.Path]), terminal ? StandardIo.Inherited : io);
        int pid = int.Parse(Files.ReadText(pidFile).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
        OwnChildren.Add(pid);
        OwnedFd pidfd = Linux.Processes.OpenPidfd(pid);
        try
        {
            return new LiveProcess(pid, pidfd, receiver?.Take());
        }
        catch
        {
            // It runs, and nobody else knows of it.
            Linux.Processes.TrySendSignal(pidfd, Signals.Kill, out _);
            Linux.Processes.Wait(pidfd);
            pidfd.Dispose();
            throw;
        }
    }
}
