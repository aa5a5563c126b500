using Cofferdam.Containers.Launch;
using Cofferdam.Spec;
using Xunit;

namespace Cofferdam.Containers.Tests;

public sealed class CgroupOwnerTests
{
    [Fact]
    public void The_user_of_the_program_owns_a_cgroup_that_it_can_write() => Assert.Equal(100005u, CgroupOwner.For(Delegating()));

    [Fact]
    public void A_read_only_mount_delegates_nothing() =>
        Assert.Null(CgroupOwner.For(Delegating() with { Mounts = [new Mount { Destination = "/sys/fs/cgroup", Type = "cgroup", Options = ["ro"] }] }));

    [Fact]
    public void Without_a_mount_nothing_is_delegated() => Assert.Null(CgroupOwner.For(Delegating() with { Mounts = [] }));

    [Theory]
    [InlineData(NamespaceType.User)]
    [InlineData(NamespaceType.Cgroup)]
    public void Both_namespaces_must_be_new(NamespaceType joined)
    {
        RuntimeSpec spec = Delegating();
        LinuxNamespace[] namespaces = [.. spec.Linux.Namespaces.Select(n => n.Type == joined ? n with { Path = "/proc/1/ns/x" } : n)];
        Assert.Null(CgroupOwner.For(spec with { Linux = spec.Linux with { Namespaces = namespaces } }));
    }

    [Fact]
    public void A_user_that_is_not_mapped_owns_nothing()
    {
        RuntimeSpec spec = Delegating();
        Assert.Null(CgroupOwner.For(spec with { Process = spec.Process! with { User = new User { Uid = 70000 } } }));
    }

    private static RuntimeSpec Delegating() => new()
    {
        Process = new Process { User = new User { Uid = 5 } },
        Mounts = [new Mount { Destination = "/sys/fs/cgroup", Type = "cgroup2" }],
        Linux = new LinuxConfig
        {
            Namespaces = [new LinuxNamespace { Type = NamespaceType.User }, new LinuxNamespace { Type = NamespaceType.Cgroup }],
            UidMappings = [new IdMapping { ContainerId = 0, HostId = 100000, Size = 65536 }],
        },
    };
}
