using System.Globalization;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Tests.Resctrl;

/// <summary>
/// A resctrl file system for machines without the hardware: the groups, files, rules and refusals of the kernel's
/// (arch/x86/kernel/cpu/resctrl/rdtgroup.c, Documentation/filesystems/resctrl.rst), with counters that do not count.
/// </summary>
internal sealed class FakeResctrl : IDisposable
{
    private readonly IReadOnlyDictionary<string, int> _resources;
    private readonly bool _monitors;
    private readonly TemporaryDirectory _place = new();
    private readonly FuseServer _server;
    private readonly Lock _lock = new();
    private string _status = "ok";
    private int _freeClasses;

    // A group's tasks by its path; every task is in one control group, and in one monitoring group of that at most.
    private readonly Dictionary<string, SortedSet<int>> _tasks = new() { [""] = [] };

    /// <param name="resources">What can be allotted, by the number of its domains; null is L3 and MB of two sockets.</param>
    /// <param name="monitors">Whether there is monitoring.</param>
    /// <param name="classes">How many groups may be made besides the root.</param>
    public FakeResctrl(IReadOnlyDictionary<string, int>? resources = null, bool monitors = true, int classes = 3)
    {
        if (!FuseServer.IsPossible) Assert.Skip("needs root and /dev/fuse");
        _resources = resources ?? new Dictionary<string, int> { ["L3"] = 2, ["MB"] = 2 };
        _monitors = monitors;
        _freeClasses = classes;
        FuseNode root = MakeGroup("", MakeControlGroup, null);
        root.With("info", MakeInfo());
        _server = new FuseServer(Root, root);
    }

    public string Root => _place.Location;

    /// <summary>The pids in a group: "" is the root, "a" and "a/mon_groups/b" others.</summary>
    public IReadOnlyList<int> Tasks(string group)
    {
        lock (_lock) return [.. _tasks[group].Where(Lives)];
    }

    public string Read(string file) => File.ReadAllText($"{Root}/{file}");

    public bool Has(string group) => Directory.Exists($"{Root}/{group}");

    public void Dispose()
    {
        _server.Dispose();
        _place.Dispose();
    }

    // An exiting task leaves its group; a zombie is in none.
    private static bool Lives(int pid) => ProcFs.TryReadStat(pid, out ProcStat stat) && !stat.HasEnded;

    private FuseNode MakeInfo()
    {
        FuseNode info = new() { Children = { ["last_cmd_status"] = new FuseNode { Read = () => _status + "\n" } } };
        string classes = string.Create(CultureInfo.InvariantCulture, $"{_freeClasses + 1}\n");
        foreach (string resource in _resources.Keys)
        {
            info.With(resource, resource == "MB"
                ? new FuseNode().With("bandwidth_gran", "10\n").With("delay_linear", "1\n").With("min_bandwidth", "10\n").With("num_closids", classes)
                : new FuseNode().With("cbm_mask", "7ff\n").With("min_cbm_bits", "1\n").With("num_closids", classes));
        }

        if (_monitors) info.With("L3_MON", new FuseNode().With("mon_features", "llc_occupancy\nmbm_total_bytes\nmbm_local_bytes\n").With("num_rmids", "64\n"));
        return info;
    }

    private FuseNode MakeGroup(string path, Func<string, (FuseNode?, Errno)>? mkdir, Func<Errno>? rmdir)
    {
        FakeSchemata schemata = new(_resources, 0x7ff, text => _status = text);
        FuseNode group = new() { Mkdir = mkdir, Rmdir = rmdir };
        group.With("schemata", new FuseNode { Read = schemata.Text, Write = schemata.Write }).With("mode", "shareable\n").With("cpus", "0\n");
        AddMembers(group, path);
        if (_monitors) group.With("mon_groups", new FuseNode { Mkdir = name => MakeMonitoringGroup(path, name) });
        return group;
    }

    private void AddMembers(FuseNode group, string path)
    {
        group.With("tasks", new FuseNode
        {
            Read = () => string.Concat(Tasks(path).Select(static pid => string.Create(CultureInfo.InvariantCulture, $"{pid}\n"))),
            Write = text => Move(path, text),
        });
        if (!_monitors) return;
        FuseNode data = new();
        for (int i = 0; i < 2; i++)
        {
            data.With($"mon_L3_0{i}", new FuseNode()
                .With("llc_occupancy", $"{(i + 1) * 4096}\n")
                .With("mbm_total_bytes", $"{(i + 1) * 1000}\n")
                .With("mbm_local_bytes", i == 0 ? "700\n" : "Unavailable\n"));
        }

        group.With("mon_data", data);
    }

    private (FuseNode? Made, Errno Errno) MakeControlGroup(string name)
    {
        if (name.Contains('\n')) return (null, Errno.EINVAL);
        lock (_lock)
        {
            if (_freeClasses == 0)
            {
                _status = "Out of CLOSIDs";
                return (null, Errno.ENOSPC);
            }

            _freeClasses--;
            _tasks[name] = [];
            _status = "ok";
        }

        return (MakeGroup(name, null, () => RemoveControlGroup(name)), Errno.None);
    }

    // Its tasks go to the root, and its monitoring groups with it.
    private Errno RemoveControlGroup(string name)
    {
        lock (_lock)
        {
            _freeClasses++;
            _tasks[""].UnionWith(_tasks[name]);
            foreach (string path in _tasks.Keys.Where(p => p == name || p.StartsWith(name + "/", StringComparison.Ordinal)).ToList()) _tasks.Remove(path);
        }

        return Errno.None;
    }

    private (FuseNode? Made, Errno Errno) MakeMonitoringGroup(string parent, string name)
    {
        string path = parent.Length == 0 ? $"mon_groups/{name}" : $"{parent}/mon_groups/{name}";
        lock (_lock) _tasks[path] = [];
        FuseNode group = new()
        {
            Rmdir = () =>
            {
                lock (_lock) _tasks.Remove(path);
                return Errno.None;
            },
        };
        AddMembers(group, path);
        return (group, Errno.None);
    }

    private Errno Move(string path, string text)
    {
        if (!int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)) return Errno.EINVAL;
        if (!Lives(pid))
        {
            _status = $"No task {pid}";
            return Errno.ESRCH;
        }

        lock (_lock)
        {
            int monitor = path.IndexOf("mon_groups/", StringComparison.Ordinal);
            if (monitor >= 0)
            {
                string parent = path[..monitor].TrimEnd('/');
                // The root's tasks are all that are nowhere else.
                bool isThere = parent.Length > 0 ? _tasks[parent].Contains(pid) : !_tasks.Any(g => g.Key.Length > 0 && !g.Key.Contains('/') && g.Value.Contains(pid));
                if (!isThere)
                {
                    _status = "Can't move task to different control group";
                    return Errno.EINVAL;
                }
            }
            else
            {
                foreach (SortedSet<int> others in _tasks.Values) others.Remove(pid);
            }

            _tasks[path].Add(pid);
            _status = "ok";
        }

        return Errno.None;
    }
}
