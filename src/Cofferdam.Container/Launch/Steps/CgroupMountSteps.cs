using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Steps;

/// <summary>
/// A mount of type cgroup on a host with cgroup v1: a tmpfs that holds one mount for each hierarchy. In a cgroup namespace
/// they are mounted anew and show the container's part only; otherwise the container's own directories are bound.
/// </summary>
internal static class CgroupMountSteps
{
    private const ulong Base = MountAttributes.NoSuid | MountAttributes.NoDev | MountAttributes.NoExec;

    public static void Add(PlanBuilder plan, RuntimeSpec spec, MountEntry entry, PlanInputs inputs, NamespaceSet namespaces)
    {
        ulong readOnly = entry.Options.SetAttributes & MountAttributes.ReadOnly;
        bool anew = namespaces.Has(Abi.CLONE_NEWCGROUP);
        ParsedMountOptions options = MountLabel.AddTo(new ParsedMountOptions { Data = ["mode=755"] }, "tmpfs", spec);
        plan.Add(InitOp.MountFilesystem, entry.Field, $"mount 'tmpfs' on '{entry.Destination}'",
            Operand.Of("target", entry.Destination), Operand.Of("type", "tmpfs"), Operand.Of("source", "tmpfs"),
            Operand.Of("options", FilesystemOptions.Encode(options, readOnly: false)), Operand.Of("attributes", (long)Base),
            Operand.Of("flags", 0), Operand.Of("mountFlags", 0), Operand.Of("data", (string?)null));
        foreach (CgroupMountSource source in inputs.CgroupMounts)
        {
            string target = entry.Destination + "/" + source.Name;
            if (anew) AddAnew(plan, entry, source, target, readOnly);
            else AddBind(plan, entry, source, target, readOnly);
            if (source.Controllers.Count < 2) continue;
            foreach (string controller in source.Controllers)
            {
                plan.Add(InitOp.MakeSymlink, entry.Field, $"link '{entry.Destination}/{controller}' to '{source.Name}'",
                    Operand.Of("path", entry.Destination + "/" + controller), Operand.Of("target", source.Name));
            }
        }
        if (readOnly != 0) MountSteps.AddChange(plan, entry, readOnly, 0, 0, recursive: false);
    }

    private static void AddAnew(PlanBuilder plan, MountEntry entry, CgroupMountSource source, string target, ulong readOnly)
    {
        var options = new ParsedMountOptions { Data = source.Options.Split(',') };
        plan.Add(InitOp.MountFilesystem, entry.Field, $"mount cgroup '{source.Options}' on '{target}'",
            Operand.Of("target", target), Operand.Of("type", "cgroup"), Operand.Of("source", "cgroup"),
            Operand.Of("options", FilesystemOptions.Encode(options, readOnly: false)),
            Operand.Of("attributes", (long)(Base | readOnly)), Operand.Of("flags", 0), Operand.Of("mountFlags", 0),
            Operand.Of("data", (string?)null));
    }

    private static void AddBind(PlanBuilder plan, MountEntry entry, CgroupMountSource source, string target, ulong readOnly) =>
        plan.Add(InitOp.BindMount, entry.Field, $"bind mount '{source.ContainerDirectory}' on '{target}'",
            Operand.Of("target", target), Operand.Of("source", source.ContainerDirectory),
            Operand.Of("set", (long)(Base | readOnly)), Operand.Of("clear", 0), Operand.Of("flags", 0));
}
