using Cofferdam.Cgroups.Systemd;
using Cofferdam.Cgroups.V1;
using Cofferdam.Cgroups.V2;

namespace Cofferdam.Cgroups;

/// <summary>Chooses the implementation of <see cref="ICgroup"/> for this host: the one place that knows them all.</summary>
public static class CgroupFactory
{
    /// <summary>The cgroup of a new container. Touches nothing yet.</summary>
    /// <param name="cgroupsPath">
    /// linux.cgroupsPath: an absolute one starts at the root of each hierarchy, a relative one at this process's own cgroup,
    /// or on v2 beside it. Null or empty: a cgroup named as the container, in the place of a relative one.
    /// For systemd: <c>slice:prefix:name</c>.
    /// </param>
    /// <param name="containerId">The container's name.</param>
    /// <param name="options">How to choose.</param>
    /// <exception cref="CofferdamException">The host or the path does not allow it.</exception>
    public static ICgroup ForSpec(string? cgroupsPath, string containerId, CgroupOptions? options = null)
    {
        options ??= new CgroupOptions();
        if (options.Manager == CgroupManagerKind.Disabled) return new DisabledCgroup();
        if (options.Manager == CgroupManagerKind.Systemd || (options.Manager == CgroupManagerKind.ByPath && UnitNames.AreIn(cgroupsPath)))
            return ForSystemd(cgroupsPath, containerId, options);

        bool isExplicit = !string.IsNullOrEmpty(cgroupsPath);
        string path = Checked(isExplicit ? cgroupsPath! : containerId);
        bool mayMiss = options.Rootless && !isExplicit;
        CgroupHost host = CgroupHost.Detect();
        switch (host.Mode)
        {
            case CgroupMode.Unified:
                CgroupHierarchy unified = host.Hierarchies[0];
                return new CgroupV2(unified.MountPoint, V2Paths.Resolve(host, unified, path), mayMiss, options.Rootless, options.OwnerUid);
            case CgroupMode.None when !mayMiss:
                throw new CofferdamException(ErrorKind.FailedPrecondition, "no cgroup hierarchy is mounted (hint: mount them at '/sys/fs/cgroup', or use cgroup manager 'disabled')");
            default:
                return new CgroupV1(V1Paths.Resolve(host, path), mayMiss, options.Rootless);
        }
    }

    /// <summary>The cgroup of an existing container, from the <see cref="ICgroup.Paths"/> in its state.</summary>
    /// <param name="paths">Controller to directory; empty for a container without a cgroup.</param>
    /// <param name="unit">The <see cref="ICgroup.Unit"/> in its state.</param>
    public static ICgroup Load(IReadOnlyDictionary<string, string> paths, SystemdUnit? unit = null)
    {
        if (unit is not null && paths.Count > 0) return new SystemdCgroup(unit, Load(paths));
        if (paths.Count == 0) return new DisabledCgroup();
        if (paths.Count == 1 && paths.TryGetValue("", out string? unified)) return new CgroupV2(null, unified);
        return new CgroupV1(new Dictionary<string, string>(paths));
    }

    /// <summary>A cgroup that somebody made, in those hierarchies where it exists; null when it exists in none.</summary>
    /// <param name="cgroupsPath">As linux.cgroupsPath.</param>
    public static ICgroup? Find(string cgroupsPath)
    {
        Dictionary<string, string> paths = [];
        foreach ((string controller, string directory) in ForSpec(cgroupsPath, "").Paths)
        {
            if (Linux.Files.Exists(directory)) paths[controller] = directory;
        }

        return paths.Count == 0 ? null : Load(paths);
    }

    /// <summary>The cgroup that a process is in, of whoever made it: to measure and to watch.</summary>
    /// <param name="pid">The process, in the caller's pid namespace.</param>
    public static ICgroup OfProcess(int pid)
    {
        CgroupHost host = CgroupHost.Detect(pid);
        Dictionary<string, string> paths = [];
        foreach (CgroupHierarchy hierarchy in host.Hierarchies)
        {
            // On a hybrid host the v2 hierarchy has no controllers.
            if (hierarchy.IsUnified && host.Mode != CgroupMode.Unified) continue;
            foreach (string controller in hierarchy.Controllers) paths[controller] = host.OwnDirectory(hierarchy);
        }

        return Load(paths);
    }

    private static SystemdCgroup ForSystemd(string? cgroupsPath, string containerId, CgroupOptions options)
    {
        bool isUser = SystemdAddress.IsUser(options.Rootless);
        UnitNames names = UnitNames.Parse(cgroupsPath, containerId, isUser);
        return new SystemdCgroup(new SystemdPlan
        {
            ContainerId = containerId,
            Names = names,
            Unit = new SystemdUnit(names.Unit, isUser),
            Options = options,
            Annotated = PropertyAnnotations.Read(options.Annotations),
        });
    }

    private static string Checked(string path)
    {
        if (path.Contains('\0')) throw new CofferdamException(ErrorKind.InvalidArgument, "linux.cgroupsPath: must not hold a NUL");
        string clean = CgroupPath.Clean(path);
        // Limits and removal would hit everything else in the hierarchy.
        if (clean is "" or "/") throw new CofferdamException(ErrorKind.InvalidArgument, $"linux.cgroupsPath: '{path}' names no cgroup below the root");
        return clean;
    }
}
