using Xunit;

namespace Cofferdam.Spec.Tests;

public sealed class SysctlTests
{
    [Theory]
    [InlineData("net.core.somaxconn", "net/core/somaxconn")]
    [InlineData("net/core/somaxconn", "net/core/somaxconn")]
    [InlineData("net.ipv4.conf.eth0/1.forwarding", "net/ipv4/conf/eth0.1/forwarding")]
    [InlineData("net/ipv4/conf/eth0.1/forwarding", "net/ipv4/conf/eth0.1/forwarding")]
    [InlineData("", null)]
    [InlineData("net", null)]
    [InlineData(".net.a", null)]
    [InlineData("/net/a", null)]
    [InlineData("net..a", null)]
    [InlineData("net/../kernel/panic", null)]
    [InlineData("net.//.kernel.panic", null)]
    [InlineData("net/./a", null)]
    [InlineData("net/a/", null)]
    public void The_first_separator_decides_and_no_name_climbs(string name, string? path) => Assert.Equal(path, SysctlName.ToPath(name));

    [Theory]
    [InlineData("net.core.somaxconn")]
    [InlineData("net/ipv4/ip_forward")]
    [InlineData("fs.mqueue.msg_max")]
    [InlineData("kernel.shmmax")]
    [InlineData("kernel/sem")]
    [InlineData("kernel.domainname")]
    [InlineData("kernel.hostname")]
    public void A_parameter_of_an_own_namespace_is_accepted(string name) => SpecValidator.Validate(With(name));

    [Theory]
    [InlineData("kernel.panic", "must belong to a namespace, but is the host's")]
    [InlineData("vm.swappiness", "must belong to a namespace, but is the host's")]
    [InlineData("kernel.shmmaxx", "must belong to a namespace, but is the host's")]
    [InlineData("fs.file-max", "must belong to a namespace, but is the host's")]
    [InlineData("user.max_user_namespaces", "must have a user namespace in linux.namespaces")]
    [InlineData("net/../kernel/panic", "must be the name of a kernel parameter")]
    public void A_parameter_of_the_host_is_refused(string name, string message) => Refused(name, message, With(name));

    [Theory]
    [InlineData("net.core.somaxconn", "must have a network namespace in linux.namespaces")]
    [InlineData("fs.mqueue.msg_max", "must have an ipc namespace in linux.namespaces")]
    [InlineData("kernel.msgmax", "must have an ipc namespace in linux.namespaces")]
    [InlineData("kernel.domainname", "must have a uts namespace in linux.namespaces")]
    public void Without_its_namespace_a_parameter_is_refused(string name, string message)
    {
        RuntimeSpec spec = With(name);
        Refused(name, message, spec with { Linux = spec.Linux with { Namespaces = [] } });
    }

    [Fact]
    public void A_parameter_beside_its_own_field_is_refused()
    {
        Refused("kernel.hostname", "must not be given beside hostname", With("kernel.hostname") with { Hostname = "x" });
        Refused("kernel.domainname", "must not be given beside domainname", With("kernel.domainname") with { Domainname = "x" });
    }

    [Fact]
    public void In_a_user_namespace_its_limits_can_be_set()
    {
        RuntimeSpec spec = DefaultSpec.ToRootless(DefaultSpec.Create(), 1, 1);
        SpecValidator.Validate(spec with { Linux = spec.Linux with { Sysctl = Single("user.max_user_namespaces") } });
    }

    private static RuntimeSpec With(string name)
    {
        RuntimeSpec spec = JsonPatch.Read(JsonPatch.Small);
        return spec with { Linux = spec.Linux with { Sysctl = Single(name) } };
    }

    private static Dictionary<string, string> Single(string name) => new() { [name] = "1" };

    private static void Refused(string name, string message, RuntimeSpec spec)
    {
        var e = Assert.Throws<CofferdamException>(() => SpecValidator.Validate(spec));
        Assert.Equal($"linux.sysctl['{name}']: {message}", e.Message);
    }
}
