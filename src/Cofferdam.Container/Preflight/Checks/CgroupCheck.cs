using Cofferdam.Cgroups;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Preflight.Checks;

/// <summary>The cgroup can be made where it is asked for, and has the controllers that linux.resources needs.</summary>
internal sealed class CgroupCheck : HostCheck
{
    private const string PathField = "linux.cgroupsPath";

    public override string Subject => "cgroup";

    public override string? Examine(CheckContext context)
    {
        if (context.Options.CgroupManager == CgroupManagerKind.Disabled) return "none is made: the container stays in the caller's";
        if (context.Options.CgroupManager == CgroupManagerKind.Systemd && !CheckSystemd(context)) return null;
        string name = (context.Options.Id ?? new ContainerId("coffer-check")).Value;
        ICgroup cgroup = CgroupFactory.ForSpec(context.Spec.Linux.CgroupsPath, name, context.Cgroup);
        if (cgroup.Paths.Count == 0) return "made by systemd";
        if (cgroup.Exists() && cgroup.ReadProcesses() is { Count: > 0 } processes)
            context.Fail(PathField, $"'{cgroup.Paths.Values.First()}' is in use, by {processes.Count} processes", "another container may have the same path: choose one that is free");
        bool isUnified = cgroup.Paths.Count == 1 && cgroup.Paths.ContainsKey("");
        if (isUnified) CheckUnified(context, cgroup.Paths[""]);
        else CheckHierarchies(context, cgroup);
        return isUnified ? $"'{cgroup.Paths[""]}' can be made, with its controllers" : $"can be made in {cgroup.Paths.Values.Distinct().Count()} hierarchies";
    }

    private static void CheckHierarchies(CheckContext context, ICgroup cgroup)
    {
        foreach ((string field, string controller) in ControllerNeeds.Of(context.Spec.Linux.Resources, isUnified: false))
        {
            if (!cgroup.Paths.TryGetValue(controller, out string? directory))
                context.Fail(field, $"no hierarchy with the controller '{controller}' is mounted", "mount it (mount -t cgroup), or leave the limit out");
            else if (!MayMakeIn(directory, out string parent, out Errno errno))
                context.Fail(field, $"'{parent}': {errno.Describe()}", Writable(errno));
        }
        if (context.Rootless) return;
        foreach (string directory in cgroup.Paths.Values.Distinct())
            if (!MayMakeIn(directory, out string parent, out Errno errno)) context.Fail(PathField, $"'{parent}': {errno.Describe()}", Writable(errno));
    }

    private static void CheckUnified(CheckContext context, string directory)
    {
        bool mayMake = MayMakeIn(directory, out string parent, out Errno errno);
        List<(string Field, string Controller)> needs = ControllerNeeds.Of(context.Spec.Linux.Resources, isUnified: true);
        if (!mayMake && (!context.Rootless || needs.Count > 0 || !string.IsNullOrEmpty(context.Spec.Linux.CgroupsPath)))
        {
            context.Fail(PathField, $"'{parent}': {errno.Describe()}", Writable(errno));
            return;
        }
        string top = TopOfReach(parent);
        Files.TryReadText(top + "/cgroup.controllers", out string? available, out _);
        string[] controllers = (available ?? "").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        foreach ((string field, string controller) in needs)
        {
            if (controllers.Contains(controller)) continue;
            context.Fail(field, $"'{top}' has no controller '{controller}'", Processes.EffectiveUid != 0
                ? "delegate it: Delegate=cpu cpuset io memory pids in a drop-in of user@.service, then log in anew"
                : "boot a kernel that has it, without 'cgroup_disable', and without cgroup v1 hierarchies that hold it");
        }
    }

    /// <summary>The highest cgroup above whose controllers this user may pass down.</summary>
    private static string TopOfReach(string directory)
    {
        while (Path.GetDirectoryName(directory) is { } above && Files.IsWritable(above + "/cgroup.subtree_control", out _)) directory = above;
        return directory;
    }

    /// <summary>The deepest directory that exists lets this user make more.</summary>
    private static bool MayMakeIn(string directory, out string parent, out Errno errno)
    {
        parent = Path.GetDirectoryName(directory) ?? "/";
        while (parent.Length > 1 && !Files.Exists(parent)) parent = Path.GetDirectoryName(parent) ?? "/";
        return Files.IsWritable(parent, out errno);
    }

    private static string Writable(Errno errno) => errno == Errno.EROFS
        ? "the hierarchy is mounted read-only here: remount it read-write, or use --cgroup-manager disabled"
        : "delegate a cgroup to this user (systemd-run --user -p Delegate=yes), or use --cgroup-manager disabled";

    private static bool CheckSystemd(CheckContext context)
    {
        string? path = context.Spec.Linux.CgroupsPath;
        if (!string.IsNullOrEmpty(path) && path.Split(':').Length != 3)
            context.Fail(PathField, $"'{path}' must be slice:prefix:name for systemd", "for example 'system.slice:coffer:web', or leave it out");
        if (!Files.Exists("/run/systemd/system"))
        {
            context.Fail("", "systemd does not run on this host", "use --cgroup-manager cgroupfs");
            return false;
        }
        return !context.HasFailed(PathField);
    }
}
