using System.Globalization;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class NetDeviceTests : BlackBoxTest
{
    private static int s_next;

    /// <summary>A veth pair on the host; the first end is for the container.</summary>
    private (string Device, string Peer) Veth()
    {
        string number = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId % 100000}{Interlocked.Increment(ref s_next)}");
        string device = "cft" + number, peer = "cfp" + number;
        CommandResult add = Scratch.Host("ip", "link", "add", device, "type", "veth", "peer", "name", peer);
        Assert.SkipWhen(add.ExitCode != 0, "this kernel has no veth");
        Scratch.OnClose(() => Scratch.Host("ip", "link", "del", peer));
        return (device, peer);
    }

    private static string Devices(string device, string settings = "{}") => $$"""{"{{device}}":{{settings}}}""";

    [Fact]
    public void A_device_is_moved_into_the_network_namespace()
    {
        (string device, _) = Veth();
        Container container = NewContainer("sleep", "1000");
        container.Config.Set("linux.netDevices", Devices(device));
        container.CreatedAndStarted();
        Assert.Contains(device, container.ExecSh("ip link"), StringComparison.Ordinal);
        Assert.NotEqual(0, Scratch.Host("ip", "link", "show", device).ExitCode);
    }

    [Fact]
    public void A_device_gets_a_new_name_and_is_up()
    {
        (string device, _) = Veth();
        Container container = NewContainer("sleep", "1000");
        container.Config.Set("linux.netDevices", Devices(device, """{"name":"eth7"}"""));
        container.CreatedAndStarted();
        Assert.Contains("UP", container.ExecSh("ip link show eth7"), StringComparison.Ordinal);
        Assert.DoesNotContain(device, container.ExecSh("ip link"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_keeps_its_global_addresses()
    {
        (string device, _) = Veth();
        Scratch.Host("ip", "addr", "add", "10.231.7.9/24", "dev", device).Ok();
        Scratch.Host("ip", "link", "set", device, "up").Ok();
        Container container = NewContainer("sleep", "1000");
        container.Config.Set("linux.netDevices", Devices(device, """{"name":"eth7"}"""));
        container.CreatedAndStarted();
        Assert.Contains("10.231.7.9/24", container.ExecSh("ip addr show eth7"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_does_not_exist_is_refused()
    {
        Container container = NewContainer("true");
        container.Config.Set("linux.netDevices", Devices("nosuchdev0"));
        container.Create().Fails(1, "nosuchdev0");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Devices_without_a_network_namespace_are_refused()
    {
        (string device, _) = Veth();
        Container container = NewContainer("true");
        container.Config.WithoutNamespace("network").Set("linux.netDevices", Devices(device));
        container.Create().Fails(1, "linux.netDevices");
        Scratch.Host("ip", "link", "show", device).Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Theory]
    [InlineData("a-name-that-is-far-too-long")]
    [InlineData("with/slash")]
    [InlineData("..")]
    public void A_name_that_the_kernel_refuses_is_refused(string name)
    {
        (string device, _) = Veth();
        Container container = NewContainer("true");
        container.Config.Set("linux.netDevices", Devices(device, $$"""{"name":"{{name}}"}"""));
        container.Create().Fails(1, "linux.netDevices");
        Scratch.Host("ip", "link", "show", device).Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_program_can_use_its_loopback()
    {
        Container container = NewContainer();
        container.Config.Capabilities("CAP_NET_RAW");
        Assert.Contains("1 packets received", container.Sh("ping -c 1 -W 5 127.0.0.1"), StringComparison.Ordinal);
    }
}
