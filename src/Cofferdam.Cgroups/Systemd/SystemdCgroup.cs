using Cofferdam.Cgroups.V1;
using Cofferdam.Cgroups.V2;
using Cofferdam.DBus;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Systemd;

/// <summary>
/// A cgroup that systemd makes, as a transient unit around the container's first process. Limits are told to systemd, which
/// would otherwise write its own idea of them, and written to the files, which know more and know it exactly.
/// </summary>
internal sealed partial class SystemdCgroup : ICgroup
{
    private const string OomGroup = "memory.oom.group";

    private readonly SystemdUnit _unit;
    private readonly TimeSpan _limit;
    private readonly SystemdPlan? _plan;

    // Before Create the cgroup that there will be, as far as it is known.
    private ICgroup _inner;

    /// <summary>A new one.</summary>
    public SystemdCgroup(SystemdPlan plan)
    {
        _plan = plan;
        _unit = plan.Unit;
        _limit = plan.Options.SystemdTimeout;
        _inner = plan.Planned();
    }

    /// <summary>An existing one.</summary>
    public SystemdCgroup(SystemdUnit unit, ICgroup inner)
    {
        _unit = unit;
        _limit = new CgroupOptions().SystemdTimeout;
        _inner = inner;
    }

    public SystemdUnit? Unit => _unit;

    public IReadOnlyDictionary<string, string> Paths => _inner.Paths;

    public CgroupEntryKind EntryKind => CgroupEntryKind.AroundProcess;

    private bool IsUnified => IsUnifiedPaths(_inner.Paths);

    public void Create(LinuxResources? resources = null, int pid = 0)
    {
        if (_plan is null || pid <= 0) throw new CofferdamException(ErrorKind.Internal, $"systemd: unit '{_unit.Name}' needs a process");
        using SystemdBus bus = SystemdBus.Connect(_unit.IsUser, _limit);
        CgroupHost host = CgroupHost.Detect();
        bus.Start(_unit.Name, Properties(_plan, resources ?? new LinuxResources(), pid, host.Mode == CgroupMode.Unified));
        try
        {
            string path = _plan.Names.IsSlice ? bus.ReadSliceCgroup(_unit.Name) : ScopeOf(pid);
            _inner = _plan.Adopt(path, resources);
            if (_plan.Names.IsSlice) Attach(pid);
        }
        catch
        {
            // It blocks all signals while it waits for us, and systemd would wait for its end much longer than anybody for the error.
            Processes.TryKill(pid, Signals.Kill, out _);
            TryStop(bus);
            throw;
        }
    }

    public void Apply(LinuxResources? resources, ICollection<string>? warnings = null) => _inner.Apply(resources, warnings);

    // The files come first: they check the values, and a limit of memory and swap together becomes one of swap in them.
    public void Update(LinuxResources resources, ICollection<string>? warnings = null)
    {
        _inner.Update(resources, warnings);
        UnitProperties properties = new();
        bool isUnified = IsUnified;
        if (isUnified) V2Properties.Set(properties, resources, ReadFile);
        else V1Properties.Set(properties, resources, ReadFile);
        if (resources.Devices.Count > 0 && !_unit.IsUser) DeviceProperties.Set(properties, resources.Devices);
        if (properties.All.Count == 0) return;

        // On cgroup v1 systemd denies all devices and allows them again, whatever it is that changes.
        bool mustFreeze = !isUnified && ReadFreezerState() == FreezerState.Thawed;
        if (mustFreeze) Freeze();
        try
        {
            string? oomGroup = isUnified ? ReadFile(OomGroup) : null;
            using SystemdBus bus = SystemdBus.Connect(_unit.IsUser, _limit);
            bus.SetProperties(_unit.Name, properties);
            // systemd rounds, and knows less of devices.
            _inner.Update(resources);
            // It writes this one with each limit of memory.
            if (oomGroup == "1" && !resources.Unified.ContainsKey(OomGroup)) _inner.Update(new LinuxResources { Unified = new Dictionary<string, string> { [OomGroup] = oomGroup } });
        }
        finally
        {
            if (mustFreeze) Thaw();
        }
    }

    public void Remove()
    {
        CofferdamException? failure = null;
        // systemd ends a unit by itself when its last process ends, and then it need not be asked.
        if (SystemdDirectory() is { } directory && Files.Exists(directory))
        {
            try
            {
                using SystemdBus bus = SystemdBus.Connect(_unit.IsUser, _limit);
                bus.Stop(_unit.Name);
            }
            catch (CofferdamException e)
            {
                failure = e;
            }
        }

        try
        {
            _inner.Remove();
        }
        catch (CofferdamException) when (failure is not null)
        {
            throw failure;
        }
    }

    private void TryStop(SystemdBus bus)
    {
        try
        {
            bus.Stop(_unit.Name);
            _inner.Remove();
        }
        catch (Exception e) when (e is CofferdamException or LinuxException)
        {
            // What is told is why it had to be stopped. The unit ends with its process, which the caller ends.
        }
    }

    // Where systemd has put the process, below the root that we see; only systemd knows where the slices of a user are.
    private string ScopeOf(int pid)
    {
        CgroupHost host = CgroupHost.Detect(pid);
        foreach (CgroupHierarchy hierarchy in host.Hierarchies)
        {
            if (!hierarchy.Controllers.Contains("name=systemd") && !(host.Mode == CgroupMode.Unified && hierarchy.IsUnified)) continue;
            string directory = host.OwnDirectory(hierarchy);
            // systemd puts a "_" before names that could be files of the kernel's.
            if (Path.GetFileName(directory).TrimStart('_') != _unit.Name.TrimStart('_')) break;
            return directory[hierarchy.MountPoint.Length..];
        }

        throw new CofferdamException(
            ErrorKind.FailedPrecondition, $"systemd: process {pid} is not in unit '{_unit.Name}', which was started for it (hint: does that systemd see our processes?)");
    }

    private static UnitProperties Properties(SystemdPlan plan, LinuxResources resources, int pid, bool isUnified)
    {
        if (isUnified) foreach (V2Controller controller in V2Controllers.Create()) controller.Validate(resources);
        else foreach (V1Controller controller in V1Controllers.Create()) controller.Validate(resources);

        UnitProperties properties = new();
        properties.Set("Description", DBusValue.Of($"cofferdam container {plan.ContainerId}"));
        if (plan.Names.IsSlice)
        {
            properties.Set("Wants", DBusValue.Array("s", DBusValue.Of(plan.Names.Slice)));
        }
        else
        {
            properties.Set("Slice", DBusValue.Of(plan.Names.Slice));
            properties.Set("Delegate", DBusValue.Of(true));
            properties.Set("PIDs", DBusValue.Array("u", DBusValue.Of((uint)pid)));
        }

        properties.Set("DefaultDependencies", DBusValue.Of(false));
        // Otherwise a unit that failed, because its process was killed, stays until somebody resets it. Since systemd 236.
        properties.Set("CollectMode", DBusValue.Of("inactive-or-failed"), isOptional: true);
        string[] accounting = ["CPUAccounting", "MemoryAccounting", isUnified ? "IOAccounting" : "BlockIOAccounting", "TasksAccounting"];
        foreach (string name in accounting) properties.Set(name, DBusValue.Of(true), isOptional: true);
        // A user's manager may not load device programs, and says so in its log each time.
        if (!plan.Unit.IsUser) DeviceProperties.Set(properties, resources.Devices);
        if (isUnified) V2Properties.Set(properties, resources, present: null);
        else V1Properties.Set(properties, resources, present: null);
        foreach (UnitProperty property in plan.Annotated) properties.Set(property);
        return properties;
    }

    private string? ReadFile(string file)
    {
        string? directory = IsUnified ? Paths.GetValueOrDefault("") : Paths.GetValueOrDefault("cpu");
        return directory is not null && Files.TryReadText($"{directory}/{file}", out string? text, out _) ? text.Trim() : null;
    }

    private string? SystemdDirectory() => IsUnified ? Paths.GetValueOrDefault("") : Paths.GetValueOrDefault("name=systemd");

    private static bool IsUnifiedPaths(IReadOnlyDictionary<string, string> paths) => paths.Count == 1 && paths.ContainsKey("");
}
