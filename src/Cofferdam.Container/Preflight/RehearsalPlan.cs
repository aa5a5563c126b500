using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Containers.Sync;

namespace Cofferdam.Containers.Preflight;

/// <summary>
/// Makes of the plan of a launch the plan of its rehearsal: the same steps, without those that would last longer than the
/// process that does them. Pure.
/// </summary>
public sealed class RehearsalPlan
{
    private readonly List<LaunchStep> _steps = [];
    private readonly long _joined;
    private bool _rooted;

    private RehearsalPlan(long joined) => _joined = joined;

    /// <summary>The plan of a rehearsal.</summary>
    /// <param name="plan">What the launch would do.</param>
    /// <param name="joined">CLONE_NEW* of the namespaces that are joined by path, and must stay as they are.</param>
    /// <param name="coversRoot">Whether rootfs can be covered; without that, nothing in it is touched.</param>
    /// <param name="leaveOut">Steps that failed before: the rest shall be heard too.</param>
    public static LaunchPlan From(LaunchPlan plan, long joined, bool coversRoot, IReadOnlySet<string> leaveOut)
    {
        var rehearsal = new RehearsalPlan(joined);
        bool mountsAlone = coversRoot && (joined & Abi.CLONE_NEWNS) == 0 && plan.Steps.Any(static step => step.Op == InitOp.OpenRoot);
        foreach (LaunchStep step in plan.Steps)
        {
            if (step.Op == InitOp.Execute) break;
            if (!leaveOut.Contains(step.Title) && (mountsAlone || !IsInRoot(step.Op))) rehearsal.Add(step);
        }
        return plan with { Steps = rehearsal._steps };
    }

    /// <summary>What needs a root of its own, into which things may be mounted and written.</summary>
    public static bool IsInRoot(InitOp op) => op is InitOp.SetRootPropagation or InitOp.OpenRoot or InitOp.CoverRoot or InitOp.MountFilesystem
        or InitOp.BindMount or InitOp.ChangeMount or InitOp.MakeDirectory or InitOp.MakeSymlink or InitOp.MakeDevice or InitOp.BindDevice
        or InitOp.MaskPath or InitOp.ProtectPath or InitOp.WriteSysctl or InitOp.LabelFile or InitOp.EnterRoot or InitOp.MoveRoot
        or InitOp.ChangeRoot or InitOp.OpenTerminal or InitOp.BindConsole or InitOp.AttachTerminal or InitOp.FindHome
        or InitOp.ChangeDirectory or InitOp.FindExecutable;

    private void Add(LaunchStep step)
    {
        switch (step.Op)
        {
            case InitOp.OpenRoot:
                bool inUserNamespace = _steps.Exists(static before => before.Op == InitOp.BecomeRoot);
                _rooted = true;
                _steps.Add(step with
                {
                    Op = InitOp.CoverRoot,
                    Operands = [step.Operands[0], Operand.Of("userNamespace", inUserNamespace ? 1 : 0)],
                });
                break;
            case InitOp.SetRootPropagation:
                // Nothing that is mounted here may show outside.
                if (!_rooted) _steps.Add(step with { Operands = [step.Operands[0], Operand.Of("flags", Abi.MS_SLAVE | Abi.MS_REC)] });
                break;
            case InitOp.BindMount:
                AddBind(step);
                break;
            case InitOp.ChangeMount when step.Operands[3].Number != 0:      // its propagation
            case InitOp.Synchronize when step.Operands[0].Number != (long)SyncPoint.UserNamespace:
            case InitOp.OwnStandardIo or InitOp.RunHook:
            case InitOp.SetHostname or InitOp.SetDomainname when (_joined & Abi.CLONE_NEWUTS) != 0:
            case InitOp.WriteSysctl when (_joined & (Abi.CLONE_NEWNET | Abi.CLONE_NEWIPC | Abi.CLONE_NEWUTS | Abi.CLONE_NEWUSER)) != 0:
                break;
            default:
                _steps.Add(step);
                break;
        }
    }

    /// <summary>A source that the parent clones out of the host's mount namespace still shares mounts with it.</summary>
    private void AddBind(LaunchStep step)
    {
        _steps.Add(step);
        var flags = (MountStepFlags)step.Operands[4].Number;
        if ((flags & (MountStepFlags.ParentMaps | MountStepFlags.ParentReaches)) == 0) return;
        if ((flags & MountStepFlags.CopySymlink) != 0) return;
        _steps.Add(new LaunchStep(InitOp.ChangeMount, step.Field, $"make '{step.Operands[0].Display}' private", step.Operands[0],
            Operand.Of("set", 0), Operand.Of("clear", 0), Operand.Of("propagation", Abi.MS_PRIVATE),
            Operand.Of("flags", (long)MountStepFlags.RecursiveAttributes)));
    }
}
