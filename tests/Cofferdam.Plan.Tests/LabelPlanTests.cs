using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Plan.Tests;

/// <summary>AppArmor profiles and SELinux labels.</summary>
public sealed class LabelPlanTests
{
    private const string Label = "system_u:system_r:container_t:s0:c1,c2";
    private const string FileLabel = "system_u:object_r:container_file_t:s0:c1,c2";
    private const long NewMount = 0x20000;

    private static RuntimeSpec Labelled(string? profile, string? label, bool noNewPrivileges = true)
    {
        RuntimeSpec spec = Plans.Small(NamespaceType.Pid, NamespaceType.Mount);
        return spec with { Process = spec.Process! with { ApparmorProfile = profile, SelinuxLabel = label, NoNewPrivileges = noNewPrivileges } };
    }

    private static LaunchPlan Mounted(string type, params string[] options)
    {
        RuntimeSpec spec = Plans.Small(NamespaceType.Mount);
        return Plans.Build(spec with
        {
            Mounts = [new Mount { Destination = "/m", Type = type, Source = type, Options = options }],
            Linux = spec.Linux with { MountLabel = FileLabel },
        });
    }

    [Fact]
    public void A_profile_is_set_through_the_hosts_procfs_which_is_opened_first()
    {
        LaunchPlan plan = Plans.Build(Labelled("p", null));
        Assert.Equal(InitOp.OpenHostProc, plan.Steps[0].Op);
        LaunchStep step = plan.Steps[plan.IndexOf(InitOp.WriteAttribute)];
        Assert.Equal(("process.apparmorProfile", "set AppArmor profile 'p'"), (step.Field, step.Title));
        Assert.Equal(("thread-self/attr/apparmor/exec", "thread-self/attr/exec", "exec p"),
            (step.Operand("path"), step.Operand("fallback"), step.Operand("value")));
    }

    [Theory]
    [InlineData(true, true, "stack p")]
    [InlineData(true, false, "exec p")]
    [InlineData(false, true, "exec p")]
    public void A_confined_caller_can_only_add_a_profile_when_there_are_no_new_privileges(bool noNewPrivileges, bool confined, string written)
    {
        LaunchPlan plan = Plans.Build(Labelled("p", null, noNewPrivileges), Plans.Inputs with { IsConfined = confined });
        Assert.Equal(written, plan.Steps[plan.IndexOf(InitOp.WriteAttribute)].Operand("value"));
    }

    [Theory]
    [InlineData("a//&b")]
    [InlineData("&b")]
    [InlineData(":ns:p")]
    [InlineData("with blank")]
    public void Names_of_profiles_are_the_kernels_to_read(string profile)
    {
        LaunchPlan plan = Plans.Build(Labelled(profile, null));
        Assert.Equal("exec " + profile, plan.Steps[plan.IndexOf(InitOp.WriteAttribute)].Operand("value"));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Unconfined_asks_for_nothing_where_there_is_no_AppArmor(bool enabled, bool written)
    {
        LaunchPlan plan = Plans.Build(Labelled("unconfined", null), Plans.Inputs with { HasAppArmor = enabled });
        Assert.Equal(written, plan.Text().Contains("set AppArmor profile 'unconfined'", StringComparison.Ordinal));
        Assert.Equal(written, plan.Text().Contains("open '/proc'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_label_is_for_the_process_and_for_the_keyring_made_for_it()
    {
        LaunchPlan plan = Plans.Build(Labelled(null, Label));
        Assert.Equal($"label new keys '{Label}'\nset SELinux label '{Label}'", plan.Text("process.selinuxLabel"));
        string[] titles = [.. plan.Steps.Select(step => step.Title)];
        Assert.Equal(Array.IndexOf(titles, "join a session keyring") - 1, Array.IndexOf(titles, $"label new keys '{Label}'"));
        Assert.DoesNotContain("new keys", Plans.Build(Labelled(null, Label), Plans.Inputs with { NoNewKeyring = true }).Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_come_after_the_hosts_hooks_and_before_the_filter_and_the_images_hooks()
    {
        RuntimeSpec spec = Labelled("p", null, noNewPrivileges: false);
        spec = spec with { Linux = spec.Linux with { Seccomp = new Cofferdam.Spec.Seccomp { DefaultAction = SeccompAction.Allow, Syscalls = [new SeccompSyscall { Names = ["reboot"], Action = SeccompAction.Errno }] } } };
        Plans.Build(spec with { Hooks = new Hooks { CreateContainer = [new Hook { Path = "/h" }] } })
            .AssertOrder(InitOp.OpenHostProc, InitOp.OpenRoot, InitOp.RunHook, InitOp.EnterRoot, InitOp.WriteAttribute, InitOp.LoadSeccomp);
        Plans.Build(spec with { Hooks = new Hooks { StartContainer = [new Hook { Path = "/h" }] } })
            .AssertOrder(InitOp.WriteAttribute, InitOp.WaitForStart, InitOp.RunHook, InitOp.Execute);
    }

    [Fact]
    public void An_exec_takes_over_what_it_does_not_name()
    {
        RuntimeSpec spec = Labelled("p", Label);
        LaunchPlan plan = ExecPlan.Build(spec, new Process { Args = ["/x"], Cwd = "/", ApparmorProfile = "q" }, NewMount, Plans.Inputs);
        Assert.Equal("set AppArmor profile 'q'", plan.Text("process.apparmorProfile"));
        Assert.Contains($"set SELinux label '{Label}'", plan.Text(), StringComparison.Ordinal);
        plan.AssertOrder(InitOp.OpenHostProc, InitOp.JoinNamespaces);
    }

    [Theory]
    [InlineData("tmpfs", true)]
    [InlineData("devpts", true)]
    [InlineData("proc", false)]
    [InlineData("sysfs", false)]
    [InlineData("mqueue", false)]
    public void A_mount_label_is_an_option_of_what_can_have_one(string type, bool labelled)
    {
        LaunchStep step = Mounted(type).Steps.Single(step => step.Op == InitOp.MountFilesystem);
        Assert.Equal(labelled ? $"{"context=".Length + FileLabel.Length + 2} bytes" : "0", step.Operand("options"));
    }

    [Fact]
    public void A_label_with_commas_is_quoted_for_mount_and_bare_for_fsconfig()
    {
        LaunchStep step = Mounted("overlay", "lowerdir=/a").Steps.Single(step => step.Op == InitOp.MountFilesystem);
        Assert.Equal($"lowerdir=/a,context=\"{FileLabel}\"", step.Operand("data"));
        LaunchStep given = Mounted("tmpfs", $"context=\"{FileLabel}\"").Steps.Single(step => step.Op == InitOp.MountFilesystem);
        Assert.Equal($"{"context=".Length + FileLabel.Length + 2} bytes", given.Operand("options"));
    }

    [Fact]
    public void The_root_of_a_queue_is_labelled_by_an_attribute() =>
        Assert.Equal("label '/m'", Mounted("mqueue").Text("linux.mountLabel"));

    [Fact]
    public void Masks_are_labelled_too()
    {
        RuntimeSpec spec = Plans.Small(NamespaceType.Mount);
        spec = spec with { Linux = spec.Linux with { MountLabel = FileLabel, MaskedPaths = ["/proc/acpi"] } };
        Assert.Equal("context=" + FileLabel, Operand(spec));
        spec = spec with { Annotations = new Dictionary<string, string> { ["run.oci.mount_context_type"] = "defcontext" } };
        Assert.Equal("defcontext=" + FileLabel, Operand(spec));
        spec = spec with { Annotations = new Dictionary<string, string> { ["run.oci.mount_context_type"] = "x" } };
        Assert.Contains("must be context, fscontext", Assert.Throws<CofferdamException>(() => Plans.Build(spec)).Message, StringComparison.Ordinal);

        static string Operand(RuntimeSpec spec) { LaunchPlan plan = Plans.Build(spec); return plan.Steps[plan.IndexOf(InitOp.MaskPath)].Operand("context"); }
    }
}
