using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V2;

/// <summary>A container's cgroup in the v2 hierarchy (Documentation/admin-guide/cgroup-v2.rst).</summary>
internal sealed partial class CgroupV2 : ICgroup
{
    private const string UnifiedKey = "";

    private readonly V2Controller[] _controllers = V2Controllers.Create();
    private readonly bool _mayMiss;
    private readonly bool _isRootless;
    private readonly uint? _owner;

    // Where the hierarchy is mounted; looked for when it is needed.
    private string? _root;

    // Null where a rootless container goes without a cgroup of its own.
    private string? _path;
    private ControllerList? _available;
    private LinuxResources? _checked;
    private bool _isFresh;

    /// <param name="root">Where the hierarchy is mounted; null if that is to be found from the path.</param>
    /// <param name="path">The cgroup's directory below it.</param>
    /// <param name="mayMiss">Without the right to make it, and without a field that needs it, the container stays in the caller's.</param>
    /// <param name="isRootless">Device rules that refuse this user are left out.</param>
    /// <param name="owner">See <see cref="CgroupOptions.OwnerUid"/>.</param>
    public CgroupV2(string? root, string path, bool mayMiss = false, bool isRootless = false, uint? owner = null)
    {
        _root = root;
        _path = path;
        _mayMiss = mayMiss;
        _isRootless = isRootless;
        _owner = owner;
    }

    public IReadOnlyDictionary<string, string> Paths =>
        _path is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [UnifiedKey] = _path };

    public CgroupEntryKind EntryKind => CgroupEntryKind.CloneInto;

    public void Create(LinuxResources? resources = null, int pid = 0)
    {
        V2Needs needs = Check(resources);
        List<string> made = [];
        bool complete = false;
        try
        {
            if (Make(made, needs))
            {
                using V2Directory directory = V2Directory.Open(_path!);
                if (!_isFresh) CheckUnused(directory);
                Enable(directory, needs);
                if (_owner is { } owner) V2Delegation.ChangeOwner(directory, owner, _isRootless);
            }

            complete = true;
        }
        finally
        {
            // Backwards: the deepest was made last. A parent that another container uses by now stays, ignoring the refusal.
            for (int i = made.Count - 1; !complete && i >= 0; i--) Files.TryRmdir(made[i], out _);
        }
    }

    /// <summary>As <see cref="Create"/>, for a directory that another has made, with processes in it.</summary>
    internal void Adopt(LinuxResources? resources)
    {
        V2Needs needs = Check(resources);
        using V2Directory directory = V2Directory.Open(Require("adopting"));
        Enable(directory, needs);
        if (_owner is { } owner) V2Delegation.ChangeOwner(directory, owner, _isRootless);
    }

    public void Apply(LinuxResources? resources, ICollection<string>? warnings = null)
    {
        if (resources is null || !ReferenceEquals(resources, _checked)) Check(resources);
        if (_path is null) return;
        using V2Directory directory = V2Directory.Open(_path);
        V2Change change = new(IsWhole: true, _isFresh, warnings);
        Write(directory, resources ?? new LinuxResources(), change);
        DeviceFilter.Apply(directory.File, _path, resources?.Devices ?? [], mayMiss: _isRootless, isNew: _isFresh);
        if (resources is not null) UnifiedFiles.Apply(directory, resources);
    }

    public void Update(LinuxResources resources, ICollection<string>? warnings = null)
    {
        V2Needs needs = Check(resources);
        using V2Directory directory = V2Directory.Open(Require("updating resources"));
        _available = ControllerList.ReadAvailable(directory);
        CheckControllers(needs, new SubtreeControl(Root(), needs));
        Write(directory, resources, new V2Change(IsWhole: false, IsFresh: false, warnings));
        if (resources.Devices.Count > 0) DeviceFilter.Apply(directory.File, directory.Path, resources.Devices, mayMiss: _isRootless, isNew: false);
        UnifiedFiles.Apply(directory, resources);
    }

    public CgroupStats ReadStats()
    {
        if (_path is null || !V2Directory.TryOpen(_path, out V2Directory? directory, out _)) return new CgroupStats();
        using (directory) return StatsFiles.Read(directory);
    }

    public bool Exists() => _path is not null && Files.Exists(_path);

    private string Root() => _root ??= V2Paths.RootOf(_path!);

    private string Require(string operation) => _path
        ?? throw new CofferdamException(ErrorKind.FailedPrecondition, $"{operation}: the container has no cgroup");

    private V2Needs Check(LinuxResources? resources)
    {
        if (resources is not null)
        {
            foreach (V2Controller controller in _controllers) controller.Validate(resources);
            UnifiedFiles.Validate(resources);
            DeviceProgram.Check(resources.Devices);
        }

        _checked = resources;
        return new V2Needs(_controllers, resources);
    }

    // False where the container goes without.
    private bool Make(List<string> made, V2Needs needs)
    {
        string path = Require("making it");
        if (CgroupTree.TryMake(path, made, out Errno errno))
        {
            _isFresh = made.Contains(path);
            return true;
        }

        bool refused = CgroupErrors.IsPermission(errno);
        if (refused && _mayMiss)
        {
            if (needs.All.Count > 0)
            {
                throw new CofferdamException(
                    ErrorKind.PermissionDenied,
                    $"{needs.All[0].Field}: making cgroup '{path}': {errno.Describe()} (hint: limits need a cgroup that is delegated to this user; with systemd, run in a unit with 'Delegate=yes' or use cgroup manager 'systemd')");
            }

            _path = null;
            return false;
        }

        string hint = errno switch
        {
            Errno.EROFS => " (hint: the hierarchy is mounted read-only here)",
            Errno.EAGAIN => " (hint: cgroup.max.depth or cgroup.max.descendants of a cgroup above it does not allow one more)",
            _ when refused => " (hint: the cgroup above it is not delegated to this user)",
            _ => "",
        };
        throw new CofferdamException(CgroupErrors.KindOf(errno), $"making cgroup '{path}': {errno.Describe()}{hint}");
    }

    // Another container's limits would be overwritten, and its processes killed with ours.
    private void CheckUnused(V2Directory directory)
    {
        if (V2Events.IsPopulated(directory))
        {
            int processes = CgroupTree.Processes(directory.Path, recursive: true).Count;
            throw new CofferdamException(
                ErrorKind.FailedPrecondition, $"cgroup '{directory.Path}' is not empty: {processes} processes (hint: another container may have the same linux.cgroupsPath)");
        }

        if (directory.ReadNumber(V2Freezer.RequestFile) == 1)
            throw new CofferdamException(ErrorKind.FailedPrecondition, $"cgroup '{directory.Path}' exists and is frozen");
        if (ControllerList.ReadEnabled(directory).HasDomainController)
        {
            throw new CofferdamException(
                ErrorKind.FailedPrecondition, $"cgroup '{directory.Path}' exists and gives controllers to those below it, so it cannot hold processes (hint: remove it, or use another linux.cgroupsPath)");
        }
    }

    private void Enable(V2Directory directory, V2Needs needs)
    {
        SubtreeControl control = new(Root(), needs);
        _available = control.Enable(directory);
        CheckControllers(needs, control);
    }

    private void CheckControllers(V2Needs needs, SubtreeControl control)
    {
        foreach ((string controller, string field) in needs.All)
        {
            if (!_available!.Has(controller)) throw control.Unavailable(field, controller, _path!);
        }
    }

    private void Write(V2Directory directory, LinuxResources resources, V2Change change)
    {
        _available ??= ControllerList.ReadAvailable(directory);
        foreach (V2Controller controller in _controllers)
        {
            controller.Warn(resources, change);
            // What is left for one that is not there asks for what is so anyway.
            if (_available.Has(controller.Name)) controller.Apply(directory, resources, change);
        }

        if (resources.Network is { } network)
        {
            if (network.ClassId is > 0) change.WarnAbsent("linux.resources.network.classID");
            if (network.Priorities.Count > 0) change.WarnAbsent("linux.resources.network.priorities");
        }
    }
}
