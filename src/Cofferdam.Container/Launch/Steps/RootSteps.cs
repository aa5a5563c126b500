using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Steps;

/// <summary>Steps around the root file system.</summary>
internal static class RootSteps
{
    private const long MsShared = 1 << 20, MsUnbindable = 1 << 17;

    public static void Prepare(PlanBuilder plan, RuntimeSpec spec, PlanInputs inputs)
    {
        long wanted = Propagation(spec);
        // An unbindable root could not be bound onto itself; it becomes so once it is entered.
        long first = wanted == 0 || (wanted & MsUnbindable) != 0 ? Abi.MS_SLAVE | Abi.MS_REC : wanted;
        plan.Add(InitOp.SetRootPropagation, "linux.rootfsPropagation", "set the propagation of '/'",
            Operand.Of("path", "/"), Operand.Of("flags", first));
        if ((wanted & MsShared) != 0 && inputs.RootfsParentMount is { } parent)
        {
            // The bind of the root must not travel to the host, and pivot_root(2) refuses a shared parent.
            plan.Add(InitOp.SetRootPropagation, "linux.rootfsPropagation", $"make '{parent}' private",
                Operand.Of("path", parent), Operand.Of("flags", Abi.MS_PRIVATE));
        }
        string rootfs = RootfsPath(spec, inputs.Bundle);
        plan.Add(InitOp.OpenRoot, "root.path", $"bind rootfs '{rootfs}'", Operand.Of("path", rootfs));
        plan.Add(InitOp.SetUmask, "", "clear the umask", Operand.Mode("mask", 0));
    }

    public static void Enter(PlanBuilder plan, RuntimeSpec spec, PlanInputs inputs)
    {
        if (inputs.NoPivot) plan.Add(InitOp.MoveRoot, "root.path", "move rootfs onto '/'");
        else
        {
            plan.Add(InitOp.EnterRoot, "root.path", "enter rootfs",
                errno => errno == Abi.EINVAL ? "pivot_root needs a root that is not on initramfs; see --no-pivot" : null);
        }
        long wanted = Propagation(spec);
        if (wanted != 0)
        {
            plan.Add(InitOp.SetRootPropagation, "linux.rootfsPropagation", "set the propagation of rootfs",
                Operand.Of("path", "/"), Operand.Of("flags", wanted));
        }
    }

    public static void ChangeRoot(PlanBuilder plan, RuntimeSpec spec, PlanInputs inputs)
    {
        string rootfs = RootfsPath(spec, inputs.Bundle);
        plan.Add(InitOp.ChangeRoot, "root.path", $"change root to '{rootfs}'", Operand.Of("path", rootfs));
    }

    /// <summary>Without a mount namespace, mounts would be the host's.</summary>
    public static void RequireNoMounts(RuntimeSpec spec)
    {
        string? field = spec.Mounts.Count > 0 ? "mounts"
            : spec.Linux.MaskedPaths.Count > 0 ? "linux.maskedPaths"
            : spec.Linux.ReadonlyPaths.Count > 0 ? "linux.readonlyPaths"
            : spec.Root is { Readonly: true } ? "root.readonly"
            : !string.IsNullOrEmpty(spec.Linux.RootfsPropagation) ? "linux.rootfsPropagation" : null;
        if (field is not null)
            throw new CofferdamException(ErrorKind.InvalidArgument, $"{field}: needs a mount namespace in linux.namespaces");
    }

    public static string RootfsPath(RuntimeSpec spec, string bundle) =>
        Path.GetFullPath(spec.Root?.Path ?? "rootfs", bundle);

    private static long Propagation(RuntimeSpec spec) =>
        string.IsNullOrEmpty(spec.Linux.RootfsPropagation) ? 0 : (long)MountOptions.ParsePropagation(spec.Linux.RootfsPropagation);
}
