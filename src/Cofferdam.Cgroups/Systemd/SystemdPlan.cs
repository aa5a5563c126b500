using Cofferdam.Cgroups.V1;
using Cofferdam.Cgroups.V2;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Systemd;

/// <summary>What is known of a unit before it is made.</summary>
internal sealed record SystemdPlan
{
    public required string ContainerId { get; init; }

    public required UnitNames Names { get; init; }

    public required SystemdUnit Unit { get; init; }

    public required CgroupOptions Options { get; init; }

    /// <summary>Properties from annotations, which override ours.</summary>
    public required IReadOnlyList<UnitProperty> Annotated { get; init; }

    /// <summary>The cgroup that there will be, if it can be known: only systemd knows where it puts a user's units.</summary>
    public ICgroup Planned()
    {
        CgroupHost host = CgroupHost.Detect();
        if (Unit.IsUser || host.Mode == CgroupMode.None) return new DisabledCgroup();
        string path = CgroupPath.Join(ManagerRoot(), Names.RelativePath);
        return host.Mode == CgroupMode.Unified ? V2(host, path) : new CgroupV1(V1Paths.Resolve(host, path));
    }

    /// <summary>
    /// The cgroup at <paramref name="path"/> below the root of the hierarchies, which systemd has made with the process in it;
    /// in hierarchies that systemd leaves alone it is made now.
    /// </summary>
    public ICgroup Adopt(string path, LinuxResources? resources)
    {
        CgroupHost host = CgroupHost.Detect();
        if (host.Mode == CgroupMode.Unified)
        {
            CgroupV2 unified = V2(host, path);
            unified.Adopt(resources);
            return unified;
        }

        CgroupV1 cgroup = new(V1Paths.Resolve(host, path), mayMiss: Options.Rootless, isRootless: Options.Rootless);
        cgroup.Adopt(resources);
        return cgroup;
    }

    private CgroupV2 V2(CgroupHost host, string path)
    {
        string mountPoint = host.Hierarchies[^1].MountPoint;
        return new CgroupV2(mountPoint, CgroupPath.Join(mountPoint, path), mayMiss: false, Options.Rootless, Options.OwnerUid);
    }

    // A systemd in a container without a cgroup namespace does not begin at the top.
    private static string ManagerRoot()
    {
        const string OwnScope = "/init.scope";
        if (!Linux.Files.TryReadText("/proc/1/cgroup", out string? text, out _)) return "/";
        foreach (ProcCgroup membership in ProcCgroup.Parse(text))
        {
            if (membership.Path.EndsWith(OwnScope, StringComparison.Ordinal)) return membership.Path[..^OwnScope.Length] + "/";
        }

        return "/";
    }
}
