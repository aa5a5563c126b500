using Cofferdam.Cgroups;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>
/// The cgroup of one restore. It is ours, with the configuration's limits, as at a create; CRIU makes those below it. On cgroup v2,
/// of which CRIU knows little, saved settings are written here too.
/// </summary>
internal sealed class RestoredCgroup
{
    /// <summary>Where CRIU waits while controllers are given down past it.</summary>
    private const string Aside = "criu";

    private readonly ICgroup _cgroup;
    private readonly CriuCgroupMode _mode;
    private readonly bool _isUnified;
    private readonly ICollection<string>? _warnings;
    private IReadOnlyList<UnifiedSettings> _saved = [];

    public RestoredCgroup(ICgroup cgroup, CriuCgroupMode mode, ICollection<string>? warnings)
    {
        _cgroup = cgroup;
        _isUnified = CgroupHost.Detect().Mode == CgroupMode.Unified;
        bool hasNone = cgroup.Paths.Count == 0 && cgroup.EntryKind != CgroupEntryKind.AroundProcess;
        _mode = hasNone ? CriuCgroupMode.Ignore : mode;
        _warnings = warnings;
    }

    /// <summary>Whether a restore that fails has to remove it.</summary>
    public bool IsOurs { get; private set; }

    /// <summary>What CRIU is told: on cgroup v2 the container's own cgroup, which it could not give any limits, is there already.</summary>
    public CriuCgroupMode ModeOfCriu => _isUnified && _mode == CriuCgroupMode.Strict ? CriuCgroupMode.Soft : _mode;

    /// <summary>CRIU makes it, and refuses one that is there.</summary>
    private bool IsMadeByCriu => ModeOfCriu == CriuCgroupMode.Strict;

    /// <summary>Whether the saved settings win over those of the configuration.</summary>
    private bool IsSavedWanted => _mode is CriuCgroupMode.Full or CriuCgroupMode.Strict;

    private string? UnifiedDirectory => _isUnified ? _cgroup.Paths.GetValueOrDefault("") : null;

    /// <summary>Refuses what cannot be done.</summary>
    public void Check(RuntimeSpec spec)
    {
        if (IsMadeByCriu && _cgroup.EntryKind == CgroupEntryKind.AroundProcess)
            throw new CofferdamException(ErrorKind.InvalidArgument, "cgroups mode 'strict': systemd makes the cgroup, criu cannot");
        Namespaces.Check(spec, _mode);
    }

    /// <summary>Makes it, with CRIU in it where that is needed.</summary>
    /// <param name="resources">linux.resources.</param>
    /// <param name="images">The checkpoint.</param>
    /// <param name="criu">CRIU's pid.</param>
    public void Make(LinuxResources? resources, OwnedFd images, int criu)
    {
        if (_mode == CriuCgroupMode.Strict && _cgroup.Exists())
            throw new CofferdamException(ErrorKind.AlreadyExists, $"cgroups mode 'strict': cgroup '{_cgroup.Paths.Values.FirstOrDefault()}' exists");
        IsOurs = IsMadeByCriu;
        if (IsMadeByCriu) return;
        if (_isUnified && _mode != CriuCgroupMode.Ignore) _saved = SavedCgroups.Load(images);
        LinuxResources? wanted = IsSavedWanted ? WithSaved(resources) : resources;
        _cgroup.Create(wanted, criu);
        IsOurs = true;
        _cgroup.Apply(wanted, _warnings);
        // What CRIU forks stays where CRIU is.
        if (_mode == CriuCgroupMode.Ignore && _cgroup.Paths.Count > 0) _cgroup.Attach(criu);
        if (_cgroup.EntryKind != CgroupEntryKind.AroundProcess || Controllers() is null) return;
        Files.Mkdir(null, $"{UnifiedDirectory}/{Aside}", 0b111_101_101);
        _cgroup.Attach(criu, [Aside]);
    }

    /// <summary>
    /// Gives controllers down from the container's cgroup if it did so: init, alone until now, has made its cgroup namespace there and left.
    /// </summary>
    public void GiveDown()
    {
        if (Controllers() is { } controllers)
            UnifiedTree.Write(UnifiedDirectory!, new UnifiedSettings("", new Dictionary<string, string> { [UnifiedTree.ControlFile] = controllers }), _warnings);
    }

    /// <summary>When all processes are there, and none runs yet.</summary>
    public void Complete(int init)
    {
        if (_cgroup.Paths.Count == 0) return;
        HashSet<int> members = [.. _cgroup.ReadProcesses()];
        foreach (int pid in ProcessTree.From(init))
        {
            // Images that were made in mode 'ignore' do not tell CRIU to put the processes anywhere.
            if (!members.Contains(pid)) _cgroup.Attach(pid);
        }

        // Where init was in one of them, and shared the host's cgroup namespace, CRIU brings all processes into the top and none is there.
        foreach (UnifiedSettings settings in _saved)
            if (settings.Path.Length > 0) UnifiedTree.Write(UnifiedDirectory!, settings, _warnings);
    }

    /// <summary>After CRIU has ended.</summary>
    public void Tidy()
    {
        if (Controllers() is not null) Files.TryRmdir($"{UnifiedDirectory}/{Aside}", out _);
    }

    private string? Controllers() =>
        UnifiedDirectory is not null && _saved is [{ Path: "" } top, ..] ? top.Files.GetValueOrDefault(UnifiedTree.ControlFile) : null;

    private LinuxResources? WithSaved(LinuxResources? resources)
    {
        if (_saved is not [{ Path: "" } top, ..]) return resources;
        resources ??= new LinuxResources();
        Dictionary<string, string> unified = new(resources.Unified);
        foreach ((string file, string text) in top.Files)
            if (file != UnifiedTree.ControlFile) unified[file] = text;
        return resources with { Unified = unified };
    }
}
