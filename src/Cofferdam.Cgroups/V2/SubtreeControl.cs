using Cofferdam.Linux;

namespace Cofferdam.Cgroups.V2;

/// <summary>
/// Gives controllers down the tree: a cgroup has those that are named in cgroup.subtree_control of each one above it
/// (cgroup-v2.rst, "Enabling and Disabling").
/// </summary>
/// <param name="root">Where the hierarchy is mounted.</param>
/// <param name="needs">What the configuration cannot do without.</param>
internal sealed class SubtreeControl(string root, V2Needs needs)
{
    private const string ControlFile = "cgroup.subtree_control";
    private const string TypeFile = "cgroup.type";

    // Who did not give a controller down, and what the kernel said.
    private readonly Dictionary<string, (string Path, Errno Errno)> _refused = [];

    /// <summary>
    /// Enables what the host has for the cgroup at <paramref name="leaf"/>, as runc and crun do: its statistics and later
    /// updates need controllers that the configuration does not name. What cannot be enabled is left out; whoever needs it
    /// asks <see cref="Unavailable"/> for the reason.
    /// </summary>
    /// <returns>The controllers that the cgroup has.</returns>
    /// <exception cref="CofferdamException">The cgroup is in a threaded tree, and a field needs more than that.</exception>
    public ControllerList Enable(V2Directory leaf)
    {
        ControllerList available = ControllerList.ReadAvailable(leaf);
        ControllerList wanted;
        using (V2Directory top = V2Directory.Open(root)) wanted = ControllerList.ReadAvailable(top);
        // In a threaded tree there is no domain controller, so a cgroup that has one is an ordinary one.
        if (available.HasAll(wanted) && wanted.HasDomainController) return available;
        foreach (string path in CgroupPath.Levels(root, leaf.Path))
        {
            using V2Directory level = V2Directory.Open(path);
            string? type = CheckType(level);
            GiveDown(level, wanted, isTop: type is null);
        }

        CheckType(leaf);
        return ControllerList.ReadAvailable(leaf);
    }

    /// <summary>Why the cgroup at <paramref name="leaf"/> does not have <paramref name="controller"/>, which a field needs.</summary>
    public CofferdamException Unavailable(string field, string controller, string leaf)
    {
        string what = $"{field}: cgroup controller '{controller}' is not available in '{leaf}'";
        if (_refused.TryGetValue(controller, out (string Path, Errno Errno) refusal))
            return new CofferdamException(CgroupErrors.KindOf(refusal.Errno), $"{what}: enabling it in '{refusal.Path}/{ControlFile}': {refusal.Errno.Describe()}{Hint(controller, refusal.Path, refusal.Errno)}");

        foreach (string path in CgroupPath.Levels(root, leaf))
        {
            if (!V2Directory.TryOpen(path, out V2Directory? level, out _)) break;
            using (level)
            {
                if (path == root && !ControllerList.ReadAvailable(level).Has(controller)) break;
                if (!ControllerList.ReadEnabled(level).Has(controller))
                    return new CofferdamException(ErrorKind.FailedPrecondition, $"{what}: it is not enabled in '{path}/{ControlFile}'");
            }
        }

        return new CofferdamException(
            ErrorKind.FailedPrecondition, $"{what}: '{root}' does not have it (hint: it may be unknown to the kernel, disabled at boot, mounted as cgroup v1, or not delegated to here)");
    }

    // The top of the whole hierarchy may hold processes beside all else.
    private void GiveDown(V2Directory level, ControllerList wanted, bool isTop)
    {
        string[] missing = wanted.Missing(ControllerList.ReadAvailable(level), ControllerList.ReadEnabled(level));
        // Next to processes, the kernel would enable these and make a threaded tree of it all: only if there is no other way.
        if (Array.TrueForAll(missing, ControllerList.IsThreaded) && !isTop && HasProcesses(level))
            missing = Array.FindAll(missing, needs.Has);
        if (missing.Length == 0 || TryEnable(level, missing, out Errno errno)) return;
        foreach (string controller in missing)
        {
            Errno refusal = errno;
            bool worthATry = missing.Length > 1 && MayWorkAlone(controller, errno);
            if (!worthATry || !TryEnable(level, [controller], out refusal)) _refused.TryAdd(controller, (level.Path, refusal));
        }
    }

    // EBUSY means processes in the cgroup itself; threaded controllers work there, as above.
    private bool MayWorkAlone(string controller, Errno errno) => errno switch
    {
        Errno.EBUSY => needs.DomainField is null && ControllerList.IsThreaded(controller) && needs.Has(controller),
        _ => !CgroupErrors.IsPermission(errno),
    };

    // A cgroup that cannot be an ordinary one, below one with processes and controllers, takes processes as a threaded one.
    // Only the top of the whole hierarchy has no type.
    private string? CheckType(V2Directory level)
    {
        string? type = level.TryRead(TypeFile);
        if (type is null or "domain") return type;
        if (needs.DomainField is { } field)
        {
            throw new CofferdamException(
                ErrorKind.FailedPrecondition,
                $"{field}: cgroup '{level.Path}' is in a threaded tree ('{type}'), which has only the controllers cpu, cpuset, perf_event and pids (hint: use a linux.cgroupsPath that is not below a cgroup with processes)");
        }

        if (type == "domain invalid" && !level.TryWrite(TypeFile, "threaded", out Errno errno))
        {
            throw new CofferdamException(
                CgroupErrors.KindOf(errno),
                $"cgroup '{level.Path}' cannot hold processes ('{type}'): making it threaded: {errno.Describe()} (hint: use a linux.cgroupsPath that is not below a cgroup with processes)");
        }

        return type;
    }

    private static bool HasProcesses(V2Directory level) => level.TryRead("cgroup.procs") is not { Length: 0 };

    private static bool TryEnable(V2Directory level, string[] controllers, out Errno errno) =>
        level.TryWrite(ControlFile, "+" + string.Join(" +", controllers), out errno);

    private static string Hint(string controller, string path, Errno errno) => errno switch
    {
        Errno.EINVAL when controller == "cpu" => " (hint: with RT_GROUP_SCHED in the kernel, real-time processes must be in the root cgroup)",
        Errno.EBUSY => $" (hint: '{path}' holds processes itself, and a cgroup cannot both hold processes and give controllers to those below it; move them into a cgroup of their own, or use another linux.cgroupsPath)",
        Errno.EOPNOTSUPP => $" (hint: '{path}' is in a threaded tree)",
        Errno.EACCES or Errno.EPERM => $" (hint: '{path}' is not delegated to this user; with systemd, 'Delegate=yes' of its unit does that)",
        Errno.EROFS => " (hint: the hierarchy is mounted read-only here)",
        _ => "",
    };
}
