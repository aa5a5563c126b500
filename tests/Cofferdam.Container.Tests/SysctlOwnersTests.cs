using Cofferdam.Containers.Launch.Drive;
using Cofferdam.Spec;
using Xunit;

namespace Cofferdam.Containers.Tests;

public sealed class SysctlOwnersTests
{
    [Theory]
    [InlineData("net.core.somaxconn", NamespaceType.Network, "net")]
    [InlineData("kernel.shmmax", NamespaceType.Ipc, "ipc")]
    [InlineData("kernel.domainname", NamespaceType.Uts, "uts")]
    [InlineData("user/max_user_namespaces", NamespaceType.User, "user")]
    public void The_hosts_namespace_given_by_path_is_refused(string name, NamespaceType type, string file)
    {
        string path = $"/proc/{Environment.ProcessId}/ns/{file}";
        var e = Assert.Throws<CofferdamException>(() => SysctlOwners.Check(With(name, type, path)));
        Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
        Assert.Equal($"linux.sysctl['{name}']: must not change the host, whose namespace '{path}' is", e.Message);
    }

    [Fact]
    public void Other_namespaces_pass()
    {
        SysctlOwners.Check(With("net.core.somaxconn", NamespaceType.Network, null));
        SysctlOwners.Check(With("net.core.somaxconn", NamespaceType.Network, "/nonexistent"));
        SysctlOwners.Check(With("net.core.somaxconn", NamespaceType.Network, "/proc/self/ns/ipc"));
        SysctlOwners.Check(With("kernel.shmmax", NamespaceType.Network, "/proc/self/ns/net"));
    }

    private static RuntimeSpec With(string sysctl, NamespaceType type, string? path) => new()
    {
        Linux = new LinuxConfig
        {
            Sysctl = new Dictionary<string, string> { [sysctl] = "1" },
            Namespaces = [new LinuxNamespace { Type = type, Path = path }],
        },
    };
}
