using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Plan.Tests;

/// <summary>Orders that are forced: by the kernel, by the specification, or by an attack.</summary>
public sealed class OrderTests
{
    private const long NewPid = 0x20000000;

    private static readonly RuntimeSpec s_small = Plans.Small(NamespaceType.Pid, NamespaceType.Mount);

    private static readonly Cofferdam.Spec.Seccomp s_profile = new()
    {
        DefaultAction = SeccompAction.Allow,
        Syscalls = [new SeccompSyscall { Names = ["reboot"], Action = SeccompAction.Errno }],
    };

    private static RuntimeSpec With(Func<Process, Process> process) => s_small with { Process = process(s_small.Process!) };

    private static RuntimeSpec With(Func<LinuxConfig, LinuxConfig> linux) => s_small with { Linux = linux(s_small.Linux) };

    [Fact]
    public void A_filter_is_loaded_before_capabilities_go_where_that_needs_one()
    {
        RuntimeSpec spec = With(linux => linux with { Seccomp = s_profile });
        Plans.Build(spec with { Process = spec.Process! with { NoNewPrivileges = false } })
            .AssertOrder(InitOp.LoadSeccomp, InitOp.DropBoundingCapabilities, InitOp.SetIds, InitOp.SetCapabilities);
    }

    [Fact]
    public void With_no_new_privileges_a_filter_is_loaded_last() =>
        Plans.Build(With(linux => linux with { Seccomp = s_profile }))
            .AssertOrder(InitOp.SetNoNewPrivileges, InitOp.WaitForStart, InitOp.LoadSeccomp, InitOp.Execute);

    [Fact]
    public void A_filter_that_notifies_is_loaded_while_there_is_a_parent_to_take_its_listener()
    {
        Cofferdam.Spec.Seccomp profile = s_profile with
        {
            ListenerPath = "/run/agent.sock",
            Syscalls = [new SeccompSyscall { Names = ["mkdir"], Action = SeccompAction.Notify }],
        };
        Plans.Build(With(linux => linux with { Seccomp = profile }))
            .AssertOrder(InitOp.SetNoNewPrivileges, InitOp.LoadSeccomp, InitOp.WaitForStart);
    }

    [Fact]
    public void Paths_are_masked_after_the_hooks_and_before_the_hosts_root_is_gone()
    {
        RuntimeSpec spec = With(linux => linux with { MaskedPaths = ["/proc/keys"], ReadonlyPaths = ["/proc/sys"] });
        spec = spec with { Hooks = new Hooks { CreateRuntime = [new Hook { Path = "/a" }], CreateContainer = [new Hook { Path = "/b" }] } };
        Plans.Build(spec).AssertOrder(InitOp.OpenRoot, InitOp.Synchronize, InitOp.RunHook, InitOp.ProtectPath, InitOp.MaskPath, InitOp.EnterRoot);
    }

    [Fact]
    public void Sysctls_are_written_before_their_files_become_read_only()
    {
        RuntimeSpec spec = Plans.Small(NamespaceType.Mount, NamespaceType.Network);
        spec = spec with { Linux = spec.Linux with { ReadonlyPaths = ["/proc/sys"], Sysctl = new Dictionary<string, string> { ["net.core.somaxconn"] = "9" } } };
        Plans.Build(spec).AssertOrder(InitOp.OpenRoot, InitOp.WriteSysctl, InitOp.ProtectPath);
    }

    [Fact]
    public void The_oom_score_is_lowered_with_the_hosts_privileges()
    {
        RuntimeSpec spec = With(process => process with { OomScoreAdj = -500 });
        LaunchPlan plan = Plans.Build(spec with { Linux = spec.Linux.WithUserNamespace() });
        Assert.Equal("set oom_score_adj to -500", plan.Steps[0].Title);
    }

    [Fact]
    public void A_missing_working_directory_is_made_before_the_root_is_read_only()
    {
        RuntimeSpec spec = With(process => process with { Cwd = "/new" });
        Plans.Build(spec with { Root = spec.Root! with { Readonly = true } })
            .AssertOrder(InitOp.OpenRoot, InitOp.MakeDirectory, InitOp.ChangeMount, InitOp.EnterRoot);
    }

    [Fact]
    public void The_working_directory_is_entered_as_root_and_again_as_the_user()
    {
        LaunchPlan plan = Plans.Build(With(process => process with { User = new User { Uid = 7, Gid = 7 } }));
        int[] changes = [.. Enumerable.Range(0, plan.Steps.Count).Where(i => plan.Steps[i].Op == InitOp.ChangeDirectory)];
        Assert.Equal(2, changes.Length);
        Assert.True(changes[0] < plan.IndexOf(InitOp.SetIds) && plan.IndexOf(InitOp.SetIds) < changes[1]);
        Assert.Equal(("1", "0"), (plan.Steps[changes[0]].Operand("mayBeRefused"), plan.Steps[changes[1]].Operand("mayBeRefused")));
    }

    [Fact]
    public void The_cgroup_is_entered_late_unless_a_namespace_or_a_mount_must_show_it()
    {
        Plans.Build(s_small).AssertOrder(InitOp.EnterRoot, InitOp.EnterCgroups, InitOp.SetIds);
        RuntimeSpec mounted = s_small with { Mounts = [new Mount { Destination = "/sys/fs/cgroup", Type = "cgroup" }] };
        Plans.Build(mounted, Plans.Inputs with { CgroupMounts = Plans.Hierarchies }).AssertOrder(InitOp.EnterCgroups, InitOp.OpenRoot);
        LaunchPlan own = Plans.Build(Plans.Small(NamespaceType.Mount, NamespaceType.Cgroup));
        own.AssertOrder(InitOp.EnterCgroups, InitOp.OpenRoot);
        // Who is born there needs no move, and waits for the limits only before the program.
        LaunchPlan born = Plans.Build(Plans.Small(NamespaceType.Mount, NamespaceType.Cgroup), Plans.Inputs with { BornInCgroup = true });
        born.AssertOrder(InitOp.OpenRoot, InitOp.EnterCgroups);
        Assert.True(born.Steps.Select(s => s.Title).ToList().IndexOf("make the cgroup namespace") < born.IndexOf(InitOp.OpenRoot));
        Assert.Equal("make the cgroup namespace", own.Steps[own.IndexOf(InitOp.EnterCgroups) + 1].Title);
    }

    [Fact]
    public void Hooks_of_the_runtime_find_the_process_in_its_cgroup()
    {
        RuntimeSpec spec = s_small with { Hooks = new Hooks { CreateRuntime = [new Hook { Path = "/h" }] } };
        Plans.Build(spec).AssertOrder(InitOp.EnterCgroups, InitOp.OpenRoot, InitOp.Synchronize);
    }

    [Fact]
    public void Where_the_hosts_hierarchy_is_bound_the_cgroup_is_entered_late()
    {
        RuntimeSpec mounted = s_small with { Mounts = [new Mount { Destination = "/sys/fs/cgroup", Type = "cgroup" }] };
        Plans.Build(mounted, Plans.Inputs with { UnifiedMountPoint = "/sys/fs/cgroup" }).AssertOrder(InitOp.BindMount, InitOp.EnterRoot, InitOp.EnterCgroups);
    }

    [Fact]
    public void An_exec_enters_a_cgroup_with_little_memory_late()
    {
        Process process = s_small.Process! with { ExecCpuAffinity = new CpuAffinity { Final = "1" } };
        ExecPlan.Build(s_small, process, NewPid, Plans.Inputs).AssertOrder(InitOp.EnterCgroups, InitOp.SetAffinity, InitOp.JoinNamespaces, InitOp.Fork);
        LaunchPlan late = ExecPlan.Build(s_small, process, NewPid, Plans.Inputs with { HasLittleMemory = true });
        late.AssertOrder(InitOp.JoinNamespaces, InitOp.Fork, InitOp.NewSession, InitOp.EnterCgroups, InitOp.SetAffinity, InitOp.SetIds);
    }

    [Fact]
    public void Descriptors_close_before_the_wait_and_start_hooks_run_after_it()
    {
        RuntimeSpec spec = s_small with { Hooks = new Hooks { StartContainer = [new Hook { Path = "/h" }] } };
        Plans.Build(spec).AssertOrder(InitOp.CloseDescriptors, InitOp.WaitForStart, InitOp.RunHook, InitOp.Execute);
    }
}
