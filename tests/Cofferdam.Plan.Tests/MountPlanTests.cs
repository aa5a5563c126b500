using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Plan.Tests;

public sealed class MountPlanTests
{
    private static LaunchPlan Mounted(Mount mount, PlanInputs? inputs = null, params NamespaceType[] namespaces) =>
        Plans.Build(Plans.Small([NamespaceType.Mount, .. namespaces]) with { Mounts = [mount] }, inputs);

    [Theory]
    [InlineData("cgroup")]
    [InlineData("cgroup2")]
    public void Without_a_cgroup_namespace_the_containers_directories_are_bound(string type)
    {
        LaunchPlan plan = Mounted(new Mount { Destination = "/cg/", Type = type, Options = ["ro"] }, Plans.Inputs with { CgroupMounts = Plans.Hierarchies });
        Assert.Equal("""
            mount 'tmpfs' on '/cg'
            bind mount '/sys/fs/cgroup/cpu,cpuacct/c1' on '/cg/cpu,cpuacct'
            link '/cg/cpu' to 'cpu,cpuacct'
            link '/cg/cpuacct' to 'cpu,cpuacct'
            bind mount '/sys/fs/cgroup/memory/c1' on '/cg/memory'
            bind mount '/sys/fs/cgroup/systemd/c1' on '/cg/systemd'
            change mount '/cg'
            """, plan.Text("mounts[0]"));
    }

    [Fact]
    public void In_a_cgroup_namespace_the_hierarchies_are_mounted_anew()
    {
        LaunchPlan plan = Mounted(new Mount { Destination = "/cg", Type = "cgroup" }, Plans.Inputs with { CgroupMounts = Plans.Hierarchies }, NamespaceType.Cgroup);
        Assert.Equal("""
            mount 'tmpfs' on '/cg'
            mount cgroup 'cpu,cpuacct' on '/cg/cpu,cpuacct'
            link '/cg/cpu' to 'cpu,cpuacct'
            link '/cg/cpuacct' to 'cpu,cpuacct'
            mount cgroup 'memory' on '/cg/memory'
            mount cgroup 'none,name=systemd' on '/cg/systemd'
            """, plan.Text("mounts[0]"));
    }

    [Theory]
    [InlineData("cgroup")]
    [InlineData("cgroup2")]
    public void On_a_unified_host_a_cgroup_namespace_gets_a_mount_of_its_own(string type)
    {
        LaunchPlan plan = Mounted(new Mount { Destination = "/cg", Type = type, Source = "cgroup", Options = ["ro"] },
            Plans.Inputs with { UnifiedMountPoint = "/sys/fs/cgroup" }, NamespaceType.Cgroup);
        Assert.Equal("mount 'cgroup' on '/cg'", plan.Text("mounts[0]"));
        Assert.Equal("cgroup2", plan.Steps[plan.IndexOf(InitOp.MountFilesystem)].Operands.Single(o => o.Name == "type").Display);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]   // MOUNT_ATTR_RDONLY, CVE-2023-25809
    public void On_a_unified_host_without_a_cgroup_namespace_the_hosts_mount_is_bound(bool rootless, long set)
    {
        LaunchPlan plan = Mounted(new Mount { Destination = "/cg", Type = "cgroup" }, Plans.Inputs with { UnifiedMountPoint = "/sys/fs/cgroup", Rootless = rootless });
        Assert.Equal("bind mount '/sys/fs/cgroup' on '/cg'", plan.Text("mounts[0]"));
        Assert.Equal(set, plan.Steps[plan.IndexOf(InitOp.BindMount)].Operands.Single(o => o.Name == "set").Number);
    }

    [Theory]
    [InlineData("/proc")]
    [InlineData("/proc/")]
    [InlineData("//proc/./")]
    [InlineData("/x/../proc")]
    [InlineData("proc")]
    public void Only_procfs_is_mounted_on_proc(string destination)
    {
        var e = Assert.Throws<CofferdamException>(() => Mounted(new Mount { Destination = destination, Type = "tmpfs", Source = "tmpfs" }));
        Assert.Equal("mounts[0]: 'tmpfs' must not be mounted on '/proc', only proc or a bind of it", e.Message);
    }

    [Fact]
    public void A_bind_on_proc_must_be_of_procfs_and_on_a_real_directory()
    {
        LaunchPlan plan = Mounted(new Mount { Destination = "/proc/", Type = "bind", Source = "/proc", Options = ["rbind"] });
        MountStepFlags flags = Flags(plan);
        Assert.Equal(MountStepFlags.ProcSourceRequired | MountStepFlags.NoLinks | MountStepFlags.Recursive, flags);
    }

    [Fact]
    public void In_a_user_namespace_the_parent_may_reach_and_map_what_init_may_not()
    {
        RuntimeSpec spec = Plans.Small(NamespaceType.Mount) with { Mounts = [new Mount { Destination = "/d", Type = "bind", Source = "s", Options = ["bind", "idmap"] }] };
        LaunchPlan plan = Plans.Build(spec with { Linux = spec.Linux.WithUserNamespace() });
        Assert.Equal("bind mount '/bundle/s' on '/d'", plan.Text("mounts[0]"));
        Assert.Equal(MountStepFlags.ParentReaches | MountStepFlags.ParentMaps, Flags(plan));
    }

    [Fact]
    public void A_read_only_tmpfs_is_filled_before_it_is_read_only()
    {
        RuntimeSpec spec = Plans.Small(NamespaceType.Mount) with { Mounts = [new Mount { Destination = "/dev", Type = "tmpfs", Source = "tmpfs", Options = ["ro"] }] };
        LaunchPlan plan = Plans.Build(spec);
        Assert.Equal("mount 'tmpfs' on '/dev'\nmake '/dev' read-only", plan.Text("mounts[0]"));
        Assert.True(plan.IndexOf(InitOp.ChangeMount) > plan.Steps.ToList().FindLastIndex(step => step.Op is InitOp.MakeDevice or InitOp.MakeSymlink));
    }

    [Fact]
    public void A_bound_dev_is_left_alone()
    {
        LaunchPlan plan = Mounted(new Mount { Destination = "/dev/", Type = "none", Source = "/dev", Options = ["rbind"] });
        Assert.DoesNotContain(plan.Steps, step => step.Op is InitOp.MakeDevice or InitOp.BindDevice or InitOp.MakeSymlink);
    }

    [Fact]
    public void Without_a_mount_namespace_mounts_are_refused_and_the_root_is_changed()
    {
        Assert.Equal("change root to '/bundle/rootfs'", Plans.Build(Plans.Small(NamespaceType.Pid)).Text("root"));
        RuntimeSpec spec = Plans.Small(NamespaceType.Pid) with { Mounts = [new Mount { Destination = "/d", Type = "tmpfs", Source = "tmpfs" }] };
        Assert.Equal("mounts: needs a mount namespace in linux.namespaces", Assert.Throws<CofferdamException>(() => Plans.Build(spec)).Message);
    }

    private static MountStepFlags Flags(LaunchPlan plan) =>
        (MountStepFlags)int.Parse(plan.Steps[plan.IndexOf(InitOp.BindMount)].Operand("flags"), System.Globalization.CultureInfo.InvariantCulture);
}
