using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Steps;

/// <summary>Sysctls, read-only and masked paths, and the read-only root.</summary>
internal static class ProtectSteps
{
    public static void Add(PlanBuilder plan, RuntimeSpec spec)
    {
        AddSysctls(plan, spec);
        for (int i = 0; i < spec.Linux.ReadonlyPaths.Count; i++)
        {
            string path = MountSteps.CleanPath(spec.Linux.ReadonlyPaths[i]);
            plan.Add(InitOp.ProtectPath, $"linux.readonlyPaths[{i}]", $"make '{path}' read-only", Operand.Of("path", path));
        }
        string? context = MountLabel.Option(spec);
        for (int i = 0; i < spec.Linux.MaskedPaths.Count; i++)
        {
            string path = MountSteps.CleanPath(spec.Linux.MaskedPaths[i]);
            plan.Add(InitOp.MaskPath, $"linux.maskedPaths[{i}]", $"mask '{path}'", Operand.Of("path", path), Operand.Of("context", context));
        }
        MountSteps.AddDeferredReadOnly(plan, spec);
        if (spec.Root is { Readonly: true })
        {
            plan.Add(InitOp.ChangeMount, "root.readonly", "make rootfs read-only",
                Operand.Of("path", "/"), Operand.Of("set", (long)MountAttributes.ReadOnly), Operand.Of("clear", 0),
                Operand.Of("propagation", 0), Operand.Of("flags", 0));
        }
    }

    public static void AddSysctls(PlanBuilder plan, RuntimeSpec spec)
    {
        foreach ((string name, string value) in spec.Linux.Sysctl)
        {
            plan.Add(InitOp.WriteSysctl, $"linux.sysctl.{name}", $"set sysctl '{name}' to '{value}'",
                Operand.Of("path", "sys/" + SysctlName.ToPath(name)), Operand.Of("value", value));
        }
    }
}
