using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Steps;

/// <summary>Steps for the <c>mounts</c> of a configuration, in their order.</summary>
internal static class MountSteps
{
    private const ulong ReadOnly = MountAttributes.ReadOnly;

    public static void Add(PlanBuilder plan, RuntimeSpec spec, PlanInputs inputs, NamespaceSet namespaces)
    {
        for (int i = 0; i < spec.Mounts.Count; i++)
        {
            Mount mount = spec.Mounts[i];
            string field = $"mounts[{i}]";
            ParsedMountOptions options = MountOptions.Parse(mount.Options, field + ".options");
            var entry = new MountEntry(mount, options, field, CleanPath(mount.Destination), IsDeferredReadOnly(mount, options));
            if (entry.IsBind) BindSteps.Add(plan, spec, entry, inputs, namespaces);
            else if (options.Remount) AddChange(plan, entry, options.SetAttributes, options.ClearAttributes, 0, recursive: false);
            // As runc does: on a host with v1 hierarchies a unified mount would show all of the host's.
            else if (mount.Type is "cgroup" or "cgroup2" && inputs.CgroupMounts.Count > 0) CgroupMountSteps.Add(plan, spec, entry, inputs, namespaces);
            else if (mount.Type is "cgroup" or "cgroup2" && inputs.UnifiedMountPoint is not null) UnifiedCgroupSteps.Add(plan, spec, entry, inputs, namespaces);
            else AddFilesystem(plan, spec, entry);
            AddRecursiveAndPropagation(plan, entry);
        }
    }

    /// <summary>A tmpfs and /dev are filled before they become read-only.</summary>
    public static void AddDeferredReadOnly(PlanBuilder plan, RuntimeSpec spec)
    {
        for (int i = 0; i < spec.Mounts.Count; i++)
        {
            Mount mount = spec.Mounts[i];
            ParsedMountOptions options = MountOptions.Parse(mount.Options, $"mounts[{i}].options");
            if (!IsDeferredReadOnly(mount, options)) continue;
            string path = CleanPath(mount.Destination);
            plan.Add(InitOp.ChangeMount, $"mounts[{i}].options", $"make '{path}' read-only",
                Operand.Of("path", path), Operand.Of("set", (long)ReadOnly), Operand.Of("clear", 0),
                Operand.Of("propagation", 0), Operand.Of("flags", 0));
        }
    }

    /// <summary>An absolute path without ".", "..", doubled and trailing slashes; a relative one counts from "/", as the spec warns.</summary>
    public static string CleanPath(string destination) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(destination, "/"));

    public static void AddChange(PlanBuilder plan, MountEntry entry, ulong set, ulong clear, ulong propagation, bool recursive) =>
        plan.Add(InitOp.ChangeMount, entry.Field + ".options", $"change mount '{entry.Destination}'",
            Operand.Of("path", entry.Destination), Operand.Of("set", (long)set), Operand.Of("clear", (long)clear),
            Operand.Of("propagation", (long)propagation),
            Operand.Of("flags", recursive ? (long)MountStepFlags.RecursiveAttributes : 0));

    private static void AddRecursiveAndPropagation(PlanBuilder plan, MountEntry entry)
    {
        const ulong Recursive = 1 << 14;   // MS_REC
        ParsedMountOptions options = entry.Options;
        if ((options.RecursiveSet | options.RecursiveClear) != 0)
            AddChange(plan, entry, options.RecursiveSet, options.RecursiveClear, 0, recursive: true);
        foreach (ulong propagation in options.PropagationFlags)
            AddChange(plan, entry, 0, 0, propagation & ~Recursive, (propagation & Recursive) != 0);
    }

    public static void AddFilesystem(PlanBuilder plan, RuntimeSpec spec, MountEntry entry)
    {
        Mount mount = entry.Mount;
        string type = mount.Type is { Length: > 0 } given ? given
            : throw new CofferdamException(ErrorKind.InvalidArgument, $"{entry.Field}.type: must be set unless the mount is a bind");
        if (entry.Destination == "/proc" && type != "proc")
        {
            throw new CofferdamException(ErrorKind.InvalidArgument,
                $"{entry.Field}: '{type}' must not be mounted on '/proc', only proc or a bind of it");
        }
        ulong attributes = entry.Options.SetAttributes;
        if (entry.DeferReadOnly) attributes &= ~ReadOnly;
        MountStepFlags flags = MountStepFlags.None;
        // A symbolic link at /proc or /sys would take the kernel's files, and what protects them, elsewhere.
        if (type is "proc" or "sysfs") flags |= MountStepFlags.NoLinks;
        if (entry.Options.TmpCopyUp) flags |= type == "tmpfs" ? MountStepFlags.CopyUp
            : throw new CofferdamException(ErrorKind.InvalidArgument, $"{entry.Field}.options: tmpcopyup is for tmpfs, not for '{type}'");
        ParsedMountOptions options = MountLabel.AddTo(entry.Options, type, spec);
        bool classic = FilesystemOptions.NeedClassicMount(type, options);
        if (classic) flags |= MountStepFlags.Classic;
        string source = mount.Source is { Length: > 0 } ? mount.Source : type;
        plan.Add(InitOp.MountFilesystem, entry.Field, $"mount '{source}' on '{entry.Destination}'",
            errno => FilesystemOptions.Hint(type, errno),
            Operand.Of("target", entry.Destination), Operand.Of("type", type), Operand.Of("source", source),
            Operand.Of("options", classic ? null : FilesystemOptions.Encode(options, (attributes & ReadOnly) != 0)),
            Operand.Of("attributes", (long)attributes), Operand.Of("flags", (long)flags),
            Operand.Of("mountFlags", classic ? FilesystemOptions.ClassicFlags(options, attributes) : 0),
            Operand.Of("data", classic ? FilesystemOptions.ClassicData(options) : null));
        if (type == "mqueue") MountLabel.AddQueue(plan, entry, spec);
    }

    private static bool IsDeferredReadOnly(Mount mount, ParsedMountOptions options) =>
        (options.SetAttributes & ReadOnly) != 0 && !options.Bind && !options.Remount
        && (mount.Type == "tmpfs" || CleanPath(mount.Destination) == "/dev");
}
