using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Plan.Tests;

/// <summary>Whole plans as text: what a change does to a launch shows here.</summary>
public sealed class GoldenPlanTests
{
    private const long NewMount = 0x20000, NewUser = 0x10000000, NewPid = 0x20000000;

    [Fact]
    public void The_smallest_container()
    {
        LaunchPlan plan = Plans.Build(Plans.Small(NamespaceType.Pid, NamespaceType.Mount));
        Assert.False(plan.Forks);
        Assert.Equal(NewPid, plan.CloneFlags);
        Assert.Equal("""
            hide from the container's processes
            make namespaces: mount
            start a session
            join a session keyring
            set the propagation of '/'
            bind rootfs '/bundle/rootfs'
            clear the umask
            make device '/dev/null'
            make device '/dev/zero'
            make device '/dev/full'
            make device '/dev/random'
            make device '/dev/urandom'
            make device '/dev/tty'
            link '/dev/fd' to '/proc/self/fd'
            link '/dev/stdin' to '/proc/self/fd/0'
            link '/dev/stdout' to '/proc/self/fd/1'
            link '/dev/stderr' to '/proc/self/fd/2'
            link '/dev/ptmx' to 'pts/ptmx'
            enter rootfs
            change directory to '/'
            enter the cgroup
            own the standard streams
            set the umask
            drop bounding capabilities
            set supplementary groups
            become user 0, group 0
            change directory to '/'
            set capabilities
            give up new privileges
            exec '/bin/true'
            close other descriptors
            wait for start
            exec '/bin/true'
            """, plan.Text());
    }

    [Fact]
    public void The_default_configuration()
    {
        LaunchPlan plan = Plans.Build(DefaultSpec.Create(), Plans.Inputs with { CgroupMounts = Plans.Hierarchies });
        Assert.Equal("""
            hide from the container's processes
            make namespaces: mount, uts, ipc, network
            start a session
            join a session keyring
            bring up 'lo'
            enter the cgroup
            set the propagation of '/'
            bind rootfs '/bundle/rootfs'
            clear the umask
            mount 'proc' on '/proc'
            mount 'tmpfs' on '/dev'
            mount 'devpts' on '/dev/pts'
            mount 'shm' on '/dev/shm'
            mount 'mqueue' on '/dev/mqueue'
            mount 'sysfs' on '/sys'
            mount 'tmpfs' on '/sys/fs/cgroup'
            bind mount '/sys/fs/cgroup/cpu,cpuacct/c1' on '/sys/fs/cgroup/cpu,cpuacct'
            link '/sys/fs/cgroup/cpu' to 'cpu,cpuacct'
            link '/sys/fs/cgroup/cpuacct' to 'cpu,cpuacct'
            bind mount '/sys/fs/cgroup/memory/c1' on '/sys/fs/cgroup/memory'
            bind mount '/sys/fs/cgroup/systemd/c1' on '/sys/fs/cgroup/systemd'
            change mount '/sys/fs/cgroup'
            make device '/dev/null'
            make device '/dev/zero'
            make device '/dev/full'
            make device '/dev/random'
            make device '/dev/urandom'
            make device '/dev/tty'
            link '/dev/fd' to '/proc/self/fd'
            link '/dev/stdin' to '/proc/self/fd/0'
            link '/dev/stdout' to '/proc/self/fd/1'
            link '/dev/stderr' to '/proc/self/fd/2'
            link '/dev/ptmx' to 'pts/ptmx'
            open a terminal
            bind the terminal on '/dev/console'
            set hostname 'coffer'
            make '/proc/bus' read-only
            make '/proc/fs' read-only
            make '/proc/irq' read-only
            make '/proc/sys' read-only
            make '/proc/sysrq-trigger' read-only
            mask '/proc/acpi'
            mask '/proc/asound'
            mask '/proc/kcore'
            mask '/proc/keys'
            mask '/proc/latency_stats'
            mask '/proc/timer_list'
            mask '/proc/timer_stats'
            mask '/proc/sched_debug'
            mask '/sys/firmware'
            mask '/proc/scsi'
            mask '/sys/devices/virtual/tpm'
            make rootfs read-only
            enter rootfs
            make the terminal the controlling one
            find HOME
            change directory to '/'
            set rlimit 7
            set the umask
            drop bounding capabilities
            set supplementary groups
            become user 0, group 0
            change directory to '/'
            set capabilities
            give up new privileges
            exec 'sh'
            close other descriptors
            wait for start
            exec 'sh'
            """, plan.Text());
    }

    [Fact]
    public void A_user_namespace_comes_first_and_ends_in_a_fork()
    {
        RuntimeSpec spec = Plans.Small(NamespaceType.Pid, NamespaceType.Mount, NamespaceType.Network);
        LaunchPlan plan = Plans.Build(spec with { Linux = spec.Linux.WithUserNamespace() });
        Assert.True(plan.Forks);
        Assert.Equal(0, plan.CloneFlags);
        Assert.StartsWith("""
            make the user namespace
            become dumpable for the id maps
            wait for the id maps
            become root of the user namespace
            hide from the container's processes
            make namespaces: mount, network
            fork into the namespaces
            hide from the container's processes
            start a session

            """, plan.Text(), StringComparison.Ordinal);
        Assert.Contains("bind device '/dev/null'", plan.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain("make device", plan.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rootless_container_has_the_hosts_network_and_sysfs_and_no_cgroup()
    {
        RuntimeSpec spec = DefaultSpec.ToRootless(DefaultSpec.Create(), 1000, 1000);
        LaunchPlan plan = Plans.Build(spec, Plans.Inputs with { Rootless = true, EntersCgroup = false });
        string text = plan.Text();
        Assert.Contains("make namespaces: mount, uts, ipc\n", text, StringComparison.Ordinal);
        Assert.Contains("bind mount '/sys' on '/sys'\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("'lo'", text, StringComparison.Ordinal);
        Assert.DoesNotContain("enter the cgroup", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exec_joins_and_then_ends_like_a_container()
    {
        RuntimeSpec spec = Plans.Small(NamespaceType.Pid, NamespaceType.Mount);
        LaunchPlan plan = ExecPlan.Build(spec, spec.Process!, NewPid | NewMount, Plans.Inputs);
        Assert.Equal("""
            enter the cgroup
            join namespaces: mount, pid
            hide from the container's processes
            fork into the pid namespace
            hide from the container's processes
            start a session
            join a session keyring
            open '/'
            change directory to '/'
            own the standard streams
            set the umask
            drop bounding capabilities
            set supplementary groups
            become user 0, group 0
            change directory to '/'
            set capabilities
            give up new privileges
            exec '/bin/true'
            close other descriptors
            wait for start
            exec '/bin/true'
            """, plan.Text());
    }

    [Fact]
    public void An_exec_into_a_user_namespace_becomes_its_root()
    {
        RuntimeSpec spec = Plans.Small(NamespaceType.Pid, NamespaceType.Mount);
        Process process = spec.Process! with { Rlimits = [new PosixRlimit { Type = RlimitType.Nofile, Soft = 10, Hard = 10 }] };
        LaunchPlan plan = ExecPlan.Build(spec, process, NewUser | NewPid | NewMount, Plans.Inputs);
        Assert.StartsWith("""
            enter the cgroup
            join namespaces: user, mount, pid
            become root of the user namespace

            """, plan.Text(), StringComparison.Ordinal);
        Assert.True(plan.ParentSetsLimits);
        Assert.DoesNotContain("rlimit", plan.Text(), StringComparison.Ordinal);
    }
}
