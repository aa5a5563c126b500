namespace Cofferdam.Linux.Tests;

public sealed class NetlinkTests
{
    [Fact]
    public void Loopback_of_another_namespace_is_switched_on_and_ours_left_alone() => InNewNamespace(here =>
    {
        using OwnedFd other = NewNamespace();
        NetworkDevices.SetLoopbackUp(other);
        using Netlink there = Netlink.Open(other), ours = Netlink.Open(here);
        Assert.True(there.ReadLink("lo").IsUp);
        Assert.False(ours.ReadLink("lo").IsUp);
        Assert.Contains(there.ReadAddresses(), a => a.ToString() == "127.0.0.1/8" && !a.IsGlobal);
        // The calling thread did not move.
        Assert.Equal(Files.Stat(here).Inode, Files.Stat("/proc/thread-self/ns/net").Inode);
    });

    [Fact]
    public void A_moved_device_keeps_its_permanent_global_addresses_and_is_up() => InNewNamespace(_ =>
    {
        using OwnedFd other = NewNamespace();
        Ip("link add name v0 type veth peer name v1");
        Ip("addr add 10.1.2.3/24 brd + dev v0");
        Ip("addr add 10.9.0.1 peer 10.9.0.2/32 dev v0 metric 77");
        Ip("addr add 169.254.1.1/16 scope link dev v0");
        Ip("addr add 10.1.2.9/24 dev v0 valid_lft 1000 preferred_lft 1000");
        Ip("addr add fd00::12/64 dev v0 nodad");
        Ip("addr add fd00::13/64 dev v0 valid_lft 1000 preferred_lft 1000");
        Ip("addr add 10.5.5.5/24 dev v1");
        Ip("link set v0 up");

        NetworkDevices.Move("v0", other, "eth0");

        using Netlink there = Netlink.Open(other), ours = Netlink.Open();
        NetworkLink moved = there.ReadLink("eth0");
        Assert.True(moved.IsUp);
        Assert.DoesNotContain(ours.ReadLinks(), l => l.Name is "v0" or "eth0");
        NetworkAddress[] addresses = there.ReadAddresses().Where(a => a.LinkIndex == moved.Index && a.IsGlobal).ToArray();
        Assert.Equal(["10.1.2.3/24", "10.9.0.1/32", "fd00:0:0:0:0:0:0:12/64"], addresses.Select(a => a.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal([10, 1, 2, 255], addresses.Single(a => a.PrefixLength == 24).Broadcast);
        NetworkAddress pointToPoint = addresses.Single(a => a.PrefixLength == 32);
        Assert.Equal([10, 9, 0, 2], pointToPoint.Address);
        Assert.Equal([77, 0, 0, 0], pointToPoint.RoutePriority);
        Assert.True(addresses.All(a => a.IsPermanent));
    });

    [Fact]
    public void A_device_moves_under_its_own_name_or_a_new_one_when_the_old_is_taken() => InNewNamespace(_ =>
    {
        using OwnedFd other = NewNamespace();
        foreach (string name in new[] { "a", "b", "c" }) Ip($"link add name {name} type veth peer name {name}-peer");
        NetworkDevices.Move("a", other);
        NetworkDevices.Move("b", other, "");
        Ip("link set dev c name b");
        LinuxException failure = Assert.Throws<LinuxException>(() => NetworkDevices.Move("b", other));
        Assert.StartsWith("move network device 'b': EEXIST", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Errno.EEXIST, Assert.Throws<LinuxException>(() => NetworkDevices.Move("b", other, "a")).Errno);
        NetworkDevices.Move("b", other, "d");
        using Netlink there = Netlink.Open(other);
        Assert.Equal(["a", "b", "d", "lo"], there.ReadLinks().Select(l => l.Name).Order(StringComparer.Ordinal));
    });

    [Fact]
    public void Failures_name_the_device() => InNewNamespace(_ =>
    {
        using OwnedFd other = NewNamespace();
        Assert.Equal("find network device 'eth7': ENODEV (no such device)", Assert.Throws<LinuxException>(() => NetworkDevices.Move("eth7", other)).Message);
        Assert.StartsWith("move network device 'lo': EINVAL", Assert.Throws<LinuxException>(() => NetworkDevices.Move("lo", other)).Message, StringComparison.Ordinal);
        using OwnedFd file = Memfds.Create("no namespace");
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => Netlink.Open(file)).Errno);
        Ip("link add name v0 type veth peer name v1");
        Assert.StartsWith("move network device 'v0'", Assert.Throws<LinuxException>(() => NetworkDevices.Move("v0", file)).Message, StringComparison.Ordinal);
        Assert.Contains("(hint: a device has 1 to 15 bytes", Assert.Throws<LinuxException>(() => NetworkDevices.Move("v0", other, "eth%d")).Message, StringComparison.Ordinal);
        using Netlink ours = Netlink.Open();
        Assert.Equal("v0", ours.ReadLink("v0").Name);
    });

    [Fact]
    public void A_long_list_of_devices_is_read_whole() => InNewNamespace(_ =>
    {
        for (int i = 0; i < 20; i++) Ip($"link add name pair{i} type veth peer name peer{i}");
        using Netlink ours = Netlink.Open();
        Assert.Equal(41, ours.ReadLinks().Select(l => l.Name).Distinct().Count());
    });

    [Theory]
    [InlineData("eth0", true)]
    [InlineData("a-name_of.15chr", true)]
    [InlineData("a-name-of-16-chr", false)]
    [InlineData("éééééééé", false)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("a:b", false)]
    [InlineData("a b", false)]
    [InlineData("eth%d", false)]
    [InlineData("a\0b", false)]
    public void A_name_is_valid_when_the_kernel_takes_it_as_it_is(string name, bool valid) => Assert.Equal(valid, NetworkDevices.IsValidName(name));

    private static void InNewNamespace(Action<OwnedFd> test) => PrivateThread.RunIn(NamespaceFlags.Network, () =>
    {
        using OwnedFd here = Files.Open("/proc/thread-self/ns/net", OpenFlags.ReadOnly);
        test(here);
    });

    private static OwnedFd NewNamespace()
    {
        OwnedFd? made = null;
        PrivateThread.RunIn(NamespaceFlags.Network, () => made = Files.Open("/proc/thread-self/ns/net", OpenFlags.ReadOnly));
        return made!;
    }

    // The child belongs to the namespace of the thread that starts it.
    private static void Ip(string arguments)
    {
        if (!Files.Exists("/sbin/ip") && !Files.Exists("/usr/sbin/ip")) Assert.Skip("iproute2 is not installed");
        using ChildProcess ip = ChildProcess.Start(new ChildStart { Path = "/sbin/ip", Arguments = ["ip", .. arguments.Split(' ')] });
        Assert.Equal(new ExitStatus(0, 0), ip.Wait());
    }
}
