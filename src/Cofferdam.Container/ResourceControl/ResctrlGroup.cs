using System.Globalization;
using Cofferdam.Containers.State;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.ResourceControl;

/// <summary>
/// A container's class of service: a directory of resctrl that its processes are listed in, made for it or found there, and
/// on wish a monitoring group of its own in it (runtime-spec 1.3, config-linux.md, IntelRdt).
/// </summary>
internal sealed class ResctrlGroup
{
    private const string Field = "linux.intelRdt";

    private readonly ResctrlMount _mount;
    private readonly IntelRdt _config;
    private readonly List<string> _combined;
    private bool _monitorMade;

    private ResctrlGroup(ResctrlMount mount, IntelRdt config, string id, ICollection<string>? warnings)
    {
        _mount = mount;
        _config = config;
        _combined = Schemata.Combine(config.L3CacheSchema, config.MemBwSchema, warnings);
        string name = IsShared ? config.ClosId! : id;
        Location = name == "/" ? mount.Root : $"{mount.Root}/{name}";
        Monitor = config.EnableMonitoring ? $"{Location}/mon_groups/{id}" : "";
    }

    /// <summary>The group's directory.</summary>
    public string Location { get; }

    /// <summary>The monitoring group's directory; empty without one.</summary>
    public string Monitor { get; }

    /// <summary>Whether the group does not exist yet, and so is the container's to make and to remove.</summary>
    public bool IsOwn { get; private set; }

    private bool IsShared => !string.IsNullOrEmpty(_config.ClosId);

    private bool WritesSchemata => _combined.Count > 0 || _config.Schemata.Count > 0;

    /// <summary>Decides what is to be done, and refuses what resctrl cannot do here. Changes nothing yet.</summary>
    /// <param name="config">The field of the configuration.</param>
    /// <param name="id">The container's id.</param>
    /// <param name="mount">resctrl; null finds it.</param>
    /// <param name="warnings">Gets a line for each thing that is ignored.</param>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.FailedPrecondition"/>: the host or the group does not allow it.</exception>
    public static ResctrlGroup Plan(IntelRdt config, ContainerId id, ResctrlMount? mount, ICollection<string>? warnings)
    {
        mount ??= ResctrlMount.Find();
        if (string.IsNullOrEmpty(config.ClosId) && id.Value is "info" or "mon_groups" or "mon_data")
            throw Refuse("closID", $"resctrl has a directory '{id}' of its own (hint: give another closID, or the container another name)");
        ResctrlGroup group = new(mount, config, id.Value, warnings);
        group.CheckResources();
        group.IsOwn = !Files.Exists(group.Location);
        if (group.IsOwn && group.IsShared && !group.WritesSchemata)
            throw Refuse("closID", $"'{group.Location}' does not exist (hint: make it beforehand, or give a schema)");
        return group;
    }

    /// <summary>Makes what is missing, and writes the schemata. What fails is to be taken back by <see cref="Remove()"/>.</summary>
    public void Create()
    {
        using OwnedFd held = Lock(_mount.Root);
        if (IsOwn && !Files.TryMkdir(null, Location, 0b111_101_101, out Errno errno))
        {
            // Another container of the same class may have been faster; then it is as if it had been there all the time.
            IsOwn = false;
            if (errno != Errno.EEXIST) throw Failure("closID", Location, errno, "the processor has no class of service left; share one by closID");
        }

        if (!IsOwn && IsShared) CheckMatch();
        if (_combined.Count > 0) Write(_mount, Location, _combined, FieldOf(_config));
        // In a write of its own: it may name what the others have named, which resctrl refuses in one.
        if (_config.Schemata.Count > 0) Write(_mount, Location, _config.Schemata, "schemata");
        if (Monitor.Length == 0) return;
        if (!Files.TryMkdir(null, Monitor, 0b111_101_101, out errno) && errno != Errno.EEXIST)
            throw Failure("enableMonitoring", Monitor, errno, "the processor can monitor no more groups");
        _monitorMade = true;
    }

    /// <summary>Lists a process, and all that it will fork.</summary>
    public void Join(int pid) => Join(Location, Monitor, pid, _mount);

    /// <summary>Takes back what <see cref="Create"/> made.</summary>
    public void Remove()
    {
        if (_monitorMade) Files.TryRmdir(Monitor, out _);
        if (IsOwn) Files.TryRmdir(Location, out _);
    }

    /// <summary>Lists a process of an existing container.</summary>
    /// <param name="state">The container's record.</param>
    /// <param name="pid">The process; it must have one thread only.</param>
    public static void Join(StoredState state, int pid)
    {
        if (state.ResctrlPath.Length > 0) Join(state.ResctrlPath, state.ResctrlMonitorPath, pid, MountOf(state));
    }

    /// <summary>Changes the schemata of an existing container's group.</summary>
    /// <param name="state">The container's record.</param>
    /// <param name="l3CacheSchema">As the configuration's field; null leaves it.</param>
    /// <param name="memBwSchema">As the configuration's field; null leaves it.</param>
    /// <param name="warnings">Gets a line for each thing that is ignored.</param>
    public static void Update(StoredState state, string? l3CacheSchema, string? memBwSchema, ICollection<string>? warnings)
    {
        if (state.ResctrlPath.Length == 0)
            throw new CofferdamException(ErrorKind.FailedPrecondition, $"updating container '{state.Id}': it was created without linux.intelRdt");
        IntelRdt change = new() { L3CacheSchema = l3CacheSchema, MemBwSchema = memBwSchema };
        SpecValidator.ValidateIntelRdt(change);
        ResctrlGroup group = new(MountOf(state), change, state.Id, warnings);
        group.CheckResources();
        if (group._combined.Count == 0) return;
        using OwnedFd held = Lock(group._mount.Root);
        Write(group._mount, state.ResctrlPath, group._combined, FieldOf(change));
    }

    /// <summary>
    /// Removes what was made for a container whose processes have ended: its monitoring group, and its group, unless other
    /// containers have come into that by its closID. What does not exist is no error.
    /// </summary>
    public static void Remove(StoredState state)
    {
        if (state.ResctrlPath.Length == 0 || !Files.Exists(state.ResctrlPath)) return;
        using OwnedFd held = Lock(MountOf(state).Root);
        if (state.ResctrlMonitorPath.Length > 0) Rmdir(state.ResctrlMonitorPath);
        if (!state.ResctrlOwned) return;
        bool isNamedAfterIt = Path.GetFileName(state.ResctrlPath) == state.Id;
        if (isNamedAfterIt || !IsInUse(state.ResctrlPath)) Rmdir(state.ResctrlPath);
    }

    /// <summary>The counters of an existing container; null if it has no group.</summary>
    public static ResctrlStats? ReadStats(StoredState state)
    {
        if (state.ResctrlPath.Length == 0) return null;
        bool isNamedAfterIt = Path.GetFileName(state.ResctrlPath) == state.Id;
        return ResctrlStatsFiles.Read(MountOf(state), state.ResctrlPath, state.ResctrlMonitorPath.Length > 0 || !isNamedAfterIt ? state.ResctrlMonitorPath : state.ResctrlPath);
    }

    private static void Join(string group, string monitor, int pid, ResctrlMount mount)
    {
        string text = pid.ToString(CultureInfo.InvariantCulture);
        // A monitoring group takes only tasks of the group that it lies in.
        foreach (string directory in (ReadOnlySpan<string>)[group, monitor])
        {
            if (directory.Length == 0) continue;
            string tasks = directory + "/tasks";
            if (!Files.TryWrite(tasks, text, out Errno errno))
                throw new CofferdamException(ErrorKind.Internal, $"{Field}: {new LinuxException("write", errno, tasks, hint: mount.ExplainLast()).Message}");
        }
    }

    // A group lies in the mount's top directory, or is it.
    private static ResctrlMount MountOf(StoredState state) =>
        new(Files.Exists(state.ResctrlPath + "/info") ? state.ResctrlPath : Path.GetDirectoryName(state.ResctrlPath)!);

    private static bool IsInUse(string group)
    {
        if (Files.TryReadText(group + "/tasks", out string? tasks, out _) && tasks.AsSpan().Trim().Length > 0) return true;
        return Files.Exists(group + "/mon_groups") && Files.ReadDirectory(group + "/mon_groups").Count > 0;
    }

    private static void Rmdir(string path)
    {
        if (!Files.TryRmdir(path, out Errno errno) && errno != Errno.ENOENT) throw new LinuxException("rmdir", errno, path);
    }

    private void CheckResources()
    {
        foreach (string line in Schemata.Lines(_config.L3CacheSchema ?? "")) Require(Schemata.ResourceOf(line), "l3CacheSchema");
        if (!string.IsNullOrEmpty(_config.MemBwSchema)) Require(Schemata.ResourceOf(_config.MemBwSchema), "memBwSchema");
        for (int i = 0; i < _config.Schemata.Count; i++) Require(Schemata.ResourceOf(_config.Schemata[i]), $"schemata[{i}]");
        if (_config.EnableMonitoring && !Files.Exists(_mount.Root + "/mon_groups"))
            throw Refuse("enableMonitoring", "this machine's resctrl has no monitoring");
    }

    private void Require(string resource, string field)
    {
        if (_mount.Has(resource)) return;
        string hint = resource == "L3" && _mount.Has("L3CODE") ? " (hint: resctrl is mounted with cdp; give L3CODE and L3DATA)" : "";
        throw Refuse(field, $"'{resource}' is not among what this machine's resctrl allots: {_mount.DescribeResources()}{hint}");
    }

    // Only these two fields are compared: schemata is for whoever means to change what is there.
    private void CheckMatch()
    {
        if (_combined.Count == 0) return;
        string present = Files.ReadText(Location + "/schemata");
        foreach (string line in _combined)
        {
            if (Schemata.Holds(line, present, BandwidthStep())) continue;
            string field = Schemata.ResourceOf(line) == "MB" ? "memBwSchema" : "l3CacheSchema";
            throw Refuse(field, $"'{line}' is not what '{Location}' exists with: {string.Join(", ", Schemata.Lines(present))}");
        }
    }

    // Megabytes per second (mount option mba_MBps, 4.18) are not rounded.
    private ulong BandwidthStep()
    {
        foreach (MountInfo mount in MountTable.ReadSelf())
        {
            if (mount.MountPoint == _mount.Root && mount.HasSuperOption("mba_MBps")) return 1;
        }

        return ulong.TryParse(_mount.ReadInfo("MB/bandwidth_gran"), CultureInfo.InvariantCulture, out ulong step) && step > 0 ? step : 1;
    }

    // All lines in one write, each with its end: resctrl takes them together or not at all.
    private static void Write(ResctrlMount mount, string group, IReadOnlyList<string> lines, string field)
    {
        string path = group + "/schemata";
        if (Files.TryWrite(path, string.Join('\n', lines) + "\n", out Errno errno)) return;
        throw new CofferdamException(
            errno == Errno.EINVAL ? ErrorKind.InvalidArgument : ErrorKind.Internal,
            $"{Field}.{field}: {new LinuxException("write", errno, path, hint: mount.ExplainLast()).Message}");
    }

    // The kernel's documentation asks everybody to do so ("Examples for RDT allocation usage", locking).
    private static OwnedFd Lock(string root)
    {
        OwnedFd directory = Files.Open(root, OpenFlags.ReadOnly | OpenFlags.Directory);
        try
        {
            Files.Lock(directory, path: root);
            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    private static string FieldOf(IntelRdt config) => string.IsNullOrEmpty(config.L3CacheSchema) ? "memBwSchema" : "l3CacheSchema";

    private CofferdamException Failure(string field, string path, Errno errno, string spent)
    {
        bool isSpent = errno == Errno.ENOSPC;
        LinuxException cause = new("mkdir", errno, path, hint: isSpent ? spent : _mount.ExplainLast());
        return new CofferdamException(isSpent ? ErrorKind.ResourceExhausted : ErrorKind.Internal, $"{Field}.{field}: {cause.Message}", cause);
    }

    private static CofferdamException Refuse(string field, string reason) => new(ErrorKind.FailedPrecondition, $"{Field}.{field}: {reason}");
}
