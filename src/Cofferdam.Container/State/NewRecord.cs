using Cofferdam.Cgroups;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.State;

/// <summary>The two records of a container that is being made: what is about to exist, and what does.</summary>
internal static class NewRecord
{
    /// <summary>Names all that may have to be taken back, before any of it exists.</summary>
    public static StoredState Intended(ContainerId id, RuntimeSpec spec, CreateOptions options, bool rootless, ICgroup cgroup)
    {
        RecordedProcess creator = RecordedProcess.Current();
        string bundle = Path.GetFullPath(options.Bundle);
        bool isInUse = IsInUse(cgroup);
        return new StoredState
        {
            Id = id.Value,
            Bundle = bundle,
            Created = DateTimeOffset.UtcNow,
            OciVersion = spec.OciVersion,
            Rootfs = Path.GetFullPath(Path.Combine(bundle, spec.Root?.Path ?? "")),
            CreatorPid = creator.Pid,
            CreatorStartTime = creator.StartTime,
            Annotations = spec.Annotations,
            // A cgroup that others live in is refused when it is made, and must not be named here: a delete would kill them.
            CgroupPaths = isInUse ? new Dictionary<string, string>() : cgroup.Paths,
            SystemdUnit = isInUse ? "" : cgroup.Unit?.Name ?? "",
            SystemdUser = cgroup.Unit is { IsUser: true },
            OwnPidNamespace = spec.Linux.Namespaces.Any(static n => n.Type == NamespaceType.Pid && string.IsNullOrEmpty(n.Path)),
            Rootless = rootless,
            NoNewKeyring = options.NoNewKeyring,
            SystemdCgroup = cgroup.Unit is not null,
            HasPoststart = spec.Hooks.Poststart.Count > 0,
            HasPoststop = spec.Hooks.Poststop.Count > 0,
        };
    }

    /// <summary>The container is made: from now on it belongs to nobody's process.</summary>
    public static StoredState Completed(StoredState intended, RuntimeSpec spec, int pid, ulong startTime)
    {
        Dictionary<string, string> namespaces = [];
        foreach (LinuxNamespace space in spec.Linux.Namespaces)
        {
            string path = string.IsNullOrEmpty(space.Path) ? ProcFs.PathOf(pid, NamespaceFiles.PathOf(space.Type)) : space.Path;
            namespaces[NamespaceFiles.NameOf(space.Type)] = path;
        }

        return intended with { Complete = true, CreatorPid = 0, CreatorStartTime = 0, Pid = pid, StartTime = startTime, Namespaces = namespaces };
    }

    private static bool IsInUse(ICgroup cgroup) => cgroup.Paths.Count > 0 && cgroup.Exists() && cgroup.ReadProcesses().Count > 0;
}
