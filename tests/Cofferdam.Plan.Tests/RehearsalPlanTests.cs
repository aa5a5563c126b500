using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Containers.Preflight;
using Cofferdam.Spec;

namespace Cofferdam.Plan.Tests;

/// <summary>What a rehearsal leaves out, so that nothing of it lasts.</summary>
public sealed class RehearsalPlanTests
{
    private const long NewMount = 0x20000, NewUts = 0x4000000;

    private static LaunchPlan Rehearse(RuntimeSpec spec, long joined = 0, bool coversRoot = true, params string[] leaveOut) =>
        RehearsalPlan.From(Plans.Build(spec), joined, coversRoot, leaveOut.ToHashSet());

    private static RuntimeSpec Small => Plans.Small(NamespaceType.Pid, NamespaceType.Mount, NamespaceType.Uts) with { Hostname = "h" };

    [Fact]
    public void Rootfs_is_covered_and_the_program_is_not_executed()
    {
        LaunchPlan plan = Rehearse(Small);
        Assert.DoesNotContain(plan.Steps, static step => step.Op is InitOp.OpenRoot or InitOp.Execute or InitOp.OwnStandardIo);
        plan.AssertOrder(InitOp.CoverRoot, InitOp.EnterRoot, InitOp.FindExecutable);
    }

    [Fact]
    public void Nothing_is_mounted_where_the_host_could_see_it()
    {
        RuntimeSpec spec = Small with { Mounts = [new Mount { Destination = "/d", Type = "bind", Source = "/s", Options = ["rbind", "rshared"] }] };
        LaunchPlan plan = Rehearse(spec with { Linux = spec.Linux with { RootfsPropagation = "rshared" } });
        LaunchStep propagation = plan.Steps.Single(static step => step.Op == InitOp.SetRootPropagation);
        Assert.Equal(((1 << 19) | (1 << 14)).ToString(System.Globalization.CultureInfo.InvariantCulture), propagation.Operand("flags"));   // MS_SLAVE | MS_REC
        Assert.DoesNotContain(plan.Steps, static step => step.Op == InitOp.ChangeMount);
    }

    [Fact]
    public void What_the_parent_cloned_in_the_hosts_namespace_is_made_private()
    {
        RuntimeSpec spec = Small with { Mounts = [new Mount { Destination = "/d", Type = "bind", Source = "/s", Options = ["bind"] }] };
        LaunchPlan plan = Rehearse(spec with { Linux = spec.Linux.WithUserNamespace() });
        int bind = plan.Steps.ToList().FindIndex(static step => step.Op == InitOp.BindMount);
        Assert.Equal("make '/d' private", plan.Steps[bind + 1].Title);
    }

    [Fact]
    public void A_namespace_that_is_joined_keeps_its_name_and_its_mounts()
    {
        Assert.Contains(Rehearse(Small).Steps, static step => step.Op == InitOp.SetHostname);
        Assert.DoesNotContain(Rehearse(Small, NewUts).Steps, static step => step.Op == InitOp.SetHostname);
        Assert.DoesNotContain(Rehearse(Small, NewMount).Steps, static step => RehearsalPlan.IsInRoot(step.Op));
    }

    [Fact]
    public void A_root_that_cannot_be_covered_is_not_touched() =>
        Assert.DoesNotContain(Rehearse(Small, coversRoot: false).Steps, static step => RehearsalPlan.IsInRoot(step.Op));

    [Fact]
    public void A_step_that_failed_is_left_out() =>
        Assert.DoesNotContain(Rehearse(Small, leaveOut: "set hostname 'h'").Steps, static step => step.Op == InitOp.SetHostname);
}
