using System.Diagnostics;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V1;

/// <summary>A container's cgroup in the v1 hierarchies, and in the v2 hierarchy without controllers of a hybrid host.</summary>
internal sealed partial class CgroupV1 : ICgroup
{
    private readonly Dictionary<string, string> _paths;
    private readonly V1Controller[] _controllers = V1Controllers.Create();

    // Controllers that a rootless caller may not use, and what the kernel said.
    private readonly Dictionary<string, Errno> _refused = [];
    private readonly bool _mayMiss;
    private readonly bool _isRootless;
    private LinuxResources? _prepared;
    private bool _isFresh;
    private bool _isAdopted;

    /// <param name="paths">See <see cref="ICgroup.Paths"/>; owned by this object.</param>
    /// <param name="mayMiss">Controllers that refuse this user are left out.</param>
    /// <param name="isRootless">Device rules that refuse this user are left out.</param>
    public CgroupV1(Dictionary<string, string> paths, bool mayMiss = false, bool isRootless = false)
    {
        _paths = paths;
        _mayMiss = mayMiss;
        _isRootless = isRootless;
    }

    public IReadOnlyDictionary<string, string> Paths => _paths;

    public CgroupEntryKind EntryKind => CgroupEntryKind.TaskFiles;

    public void Create(LinuxResources? resources = null, int pid = 0)
    {
        Check(resources);
        List<string> made = [];
        bool complete = false;
        try
        {
            MakeDirectories(made);
            if (resources is not null) CheckControllers(resources);
            foreach (V1Controller controller in _controllers)
            {
                if (Directory(controller.Name) is { } directory) controller.Prepare(directory, resources);
            }

            _prepared = resources;
            complete = true;
        }
        finally
        {
            if (!complete) RemoveMade(made);
        }
    }

    /// <summary>As <see cref="Create"/>, where another has made some of the directories, with processes in them.</summary>
    internal void Adopt(LinuxResources? resources)
    {
        _isAdopted = true;
        Create(resources);
    }

    public void Apply(LinuxResources? resources, ICollection<string>? warnings = null)
    {
        bool isPrepared = resources is not null && ReferenceEquals(resources, _prepared);
        // Create has checked the same resources already.
        if (!isPrepared) Check(resources);
        // Outside of the exception for rootless, a container without device rules would have every device.
        if (!_isRootless && !_paths.ContainsKey("devices")) throw Unavailable("linux.resources.devices", "devices");
        Write(resources ?? new LinuxResources(), new V1Change(IsWhole: true, _isFresh, isPrepared, _isRootless, warnings));
    }

    public void Update(LinuxResources resources, ICollection<string>? warnings = null)
    {
        Check(resources);
        Write(resources, new V1Change(IsWhole: false, IsFresh: false, IsPrepared: false, _isRootless, warnings));
    }

    public CgroupStats ReadStats() => new()
    {
        Cpu = CpuStatsFiles.Read(Directory("cpu"), Directory("cpuacct")),
        Cpuset = Directory("cpuset") is { } cpuset ? CpusetController.ReadStats(cpuset) : new CpusetStats(),
        Memory = Directory("memory") is { } memory ? MemoryController.ReadStats(memory) : new MemoryStats(),
        Pids = Directory("pids") is { } pids ? PidsController.ReadStats(pids) : new PidsStats(),
        Blkio = Directory("blkio") is { } blkio ? BlkioStatsFiles.Read(blkio) : new BlkioStats(),
        Hugetlb = Directory("hugetlb") is { } hugetlb ? HugetlbController.ReadStats(hugetlb) : new Dictionary<string, HugetlbStats>(),
        Rdma = Directory("rdma") is { } rdma ? RdmaController.ReadStats(rdma) : new RdmaStats(),
    };

    public bool Exists()
    {
        foreach (string path in Directories())
        {
            if (Files.Exists(path)) return true;
        }

        return false;
    }

    // Every hierarchy is tried, so that one stuck process leaves as little as possible behind.
    public void Remove()
    {
        CofferdamException? first = null;
        long start = Stopwatch.GetTimestamp();
        foreach (string path in Directories())
        {
            try
            {
                CgroupTree.Remove(path, start);
            }
            catch (CofferdamException failure)
            {
                first ??= failure;
            }
        }

        if (first is not null) throw first;
    }

    private V1Directory? Directory(string controller) => _paths.TryGetValue(controller, out string? path) ? new V1Directory(path) : null;

    // Controllers that are mounted together share a directory, which is used once.
    private List<string> Directories()
    {
        List<string> directories = new(_paths.Count);
        foreach (string path in _paths.Values)
        {
            if (!directories.Contains(path)) directories.Add(path);
        }

        return directories;
    }

    private void Check(LinuxResources? resources)
    {
        if (resources is null) return;
        if (resources.Unified.Count > 0)
            throw new CofferdamException(ErrorKind.FailedPrecondition, "linux.resources.unified: needs cgroup v2, and this container's controllers are v1");
        foreach (V1Controller controller in _controllers) controller.Validate(resources);
        CheckControllers(resources);
    }

    private void CheckControllers(LinuxResources resources)
    {
        foreach (V1Controller controller in _controllers)
        {
            if (_paths.ContainsKey(controller.Name) || controller.NeededBy(resources) is not { } field) continue;
            if (controller is DevicesController && _isRootless) continue;
            throw Unavailable(field, controller.Name);
        }
    }

    private CofferdamException Unavailable(string field, string controller) => _refused.TryGetValue(controller, out Errno errno)
        ? new CofferdamException(ErrorKind.PermissionDenied, $"{field}: cgroup controller '{controller}' is closed to this user: {errno.Describe()}")
        : new CofferdamException(ErrorKind.FailedPrecondition, $"{field}: cgroup controller '{controller}' is not mounted");

    private void MakeDirectories(List<string> made)
    {
        _isFresh = true;
        foreach (string path in Directories())
        {
            int before = made.Count;
            if (!CgroupTree.TryMake(path, made, out Errno errno))
            {
                if (MayMiss(path, errno)) continue;
                string hint = errno == Errno.EROFS ? " (hint: the hierarchy is mounted read-only here)" : "";
                throw new CofferdamException(CgroupErrors.KindOf(errno), $"making cgroup '{path}': {errno.Describe()}{hint}");
            }
            else if (made.Count == before)
            {
                if (!_isAdopted) CheckUnused(path);
                _isFresh = false;
            }
        }
    }

    // Another container's limits would be overwritten, and its processes killed with ours.
    private void CheckUnused(string path)
    {
        int processes = CgroupTree.Processes(path, recursive: true).Count;
        if (processes > 0)
        {
            throw new CofferdamException(
                ErrorKind.FailedPrecondition, $"cgroup '{path}' is not empty: {processes} processes (hint: another container may have the same linux.cgroupsPath)");
        }

        if (_paths.GetValueOrDefault("freezer") == path && V1Freezer.ReadState(new V1Directory(path)) != FreezerState.Thawed)
            throw new CofferdamException(ErrorKind.FailedPrecondition, $"cgroup '{path}' exists and is frozen");
    }

    private bool MayMiss(string path, Errno errno)
    {
        if (!_mayMiss || !CgroupErrors.IsPermission(errno)) return false;
        foreach (string controller in new List<string>(_paths.Keys))
        {
            if (_paths[controller] != path) continue;
            _paths.Remove(controller);
            _refused[controller] = errno;
        }

        return true;
    }

    private static void RemoveMade(List<string> made)
    {
        // Backwards: the deepest was made last. A parent that another container uses by now stays, ignoring the refusal.
        for (int i = made.Count - 1; i >= 0; i--) Files.TryRmdir(made[i], out _);
    }

    private void Write(LinuxResources resources, V1Change change)
    {
        foreach (V1Controller controller in _controllers)
        {
            if (Directory(controller.Name) is { } directory) controller.Apply(directory, resources, change);
        }
    }
}
