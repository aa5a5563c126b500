using System.Globalization;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class NamespaceTests : BlackBoxTest
{
    /// <summary>Configuration name and /proc/PID/ns name.</summary>
    public static TheoryData<string, string> Kinds => new()
    {
        { "pid", "pid" }, { "network", "net" }, { "ipc", "ipc" }, { "uts", "uts" }, { "mount", "mnt" }, { "cgroup", "cgroup" }, { "time", "time" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_namespace_without_a_path_is_new(string type, string link)
    {
        Container container = NewContainer("sleep", "1000");
        container.Config.Namespace(type);
        container.CreatedAndStarted();
        Assert.NotEqual(Processes.Namespace(Environment.ProcessId, link), Processes.Namespace(container.Pid(), link));
    }

    [Theory]
    [InlineData("network", "net")]
    [InlineData("ipc", "ipc")]
    [InlineData("uts", "uts")]
    [InlineData("cgroup", "cgroup")]
    [InlineData("pid", "pid")]
    [InlineData("time", "time")]
    public void A_namespace_that_is_not_listed_is_the_hosts(string type, string link)
    {
        Container container = NewContainer("sleep", "1000");
        container.Config.WithoutNamespace(type).Remove("hostname");
        if (type == "ipc")
            container.Config.WithoutMount("/dev/mqueue");
        container.CreatedAndStarted();
        Assert.Equal(Processes.Namespace(Environment.ProcessId, link), Processes.Namespace(container.Pid(), link));
    }

    [Theory]
    [InlineData("network", "net")]
    [InlineData("ipc", "ipc")]
    [InlineData("uts", "uts")]
    [InlineData("pid", "pid")]
    [InlineData("cgroup", "cgroup")]
    [InlineData("time", "time")]
    public void A_namespace_by_path_is_shared_with_its_owner(string type, string link)
    {
        Container first = NewContainer(), second = NewContainer("sleep", "1000");
        first.Config.Namespace(type);
        first.Running();
        second.Config.Namespace(type, string.Create(CultureInfo.InvariantCulture, $"/proc/{first.Pid()}/ns/{link}")).Remove("hostname");
        second.CreatedAndStarted();
        Assert.Equal(Processes.Namespace(first.Pid(), link), Processes.Namespace(second.Pid(), link));
    }

    [Fact]
    public void Two_containers_of_one_pod_share_net_ipc_uts_and_pid()
    {
        Container first = NewContainer().Running(), second = NewContainer();
        foreach ((string type, string link) in new[] { ("network", "net"), ("ipc", "ipc"), ("uts", "uts"), ("pid", "pid") })
            second.Config.Namespace(type, string.Create(CultureInfo.InvariantCulture, $"/proc/{first.Pid()}/ns/{link}"));
        second.Config.Remove("hostname");
        Assert.Equal("vessel\nyes", second.Sh("hostname; grep -q trap /proc/1/cmdline && echo yes"));
        first.Exec("true").Ok();
    }

    [Fact]
    public void The_first_process_of_a_pid_namespace_is_pid_1_and_sees_no_others() =>
        Assert.Equal("1\nfew", NewContainer().Sh("echo $$; [ $(ls /proc | grep -c '^[0-9]*$') -lt 8 ] && echo few"));

    [Fact]
    public void A_namespace_file_kept_by_a_bind_mount_can_be_joined()
    {
        Container first = NewContainer().Running();
        string file = Path.Combine(Scratch.Directory, "netns");
        File.WriteAllText(file, "");
        Scratch.Host("mount", "--bind", $"/proc/{first.Pid()}/ns/net", file).Ok();
        Scratch.OnClose(() => Libc.umount2(file, 2));
        string wanted = Processes.Namespace(first.Pid(), "net");
        first.Delete("--force").Ok();
        Container second = NewContainer();
        second.Config.Namespace("network", file);
        Assert.Equal(wanted, second.Sh("readlink /proc/self/ns/net"));
    }

    [Fact]
    public void A_namespace_path_that_does_not_exist_is_refused()
    {
        Container container = NewContainer("true");
        container.Config.Namespace("network", "/no/such/netns");
        container.Create().Fails(1, "/no/such/netns");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_namespace_path_of_another_kind_is_refused()
    {
        Container container = NewContainer("true");
        container.Config.Namespace("network", "/proc/self/ns/uts");
        container.Create().Fails(1, "linux.namespaces");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Time_offsets_shift_the_clocks_of_a_time_namespace()
    {
        Container container = NewContainer();
        container.Config.Namespace("time").Set("linux.timeOffsets", """{"boottime":{"secs":1000000,"nanosecs":5},"monotonic":{"secs":500000}}""");
        string[] lines = container.Sh("cat /proc/uptime; cat /proc/self/timens_offsets").Split('\n');
        Assert.InRange(double.Parse(lines[0].Split(' ')[0], CultureInfo.InvariantCulture), 1_000_000, 100_000_000);
        Assert.Matches("^monotonic +500000 +0$", lines[1]);
        Assert.Matches("^boottime +1000000 +5$", lines[2]);
    }

    [Fact]
    public void In_a_new_cgroup_namespace_the_containers_cgroup_is_the_root()
    {
        Container container = NewContainer();
        container.Config.Namespace("cgroup");
        string[] lines = container.Sh("cat /proc/self/cgroup").Split('\n');
        Assert.All(lines.Where(l => l.Contains(":memory:", StringComparison.Ordinal) || l.Contains(":pids:", StringComparison.Ordinal)), l => Assert.EndsWith(":/", l, StringComparison.Ordinal));
    }

    [Fact]
    public void Hostname_and_domainname_are_set_in_the_uts_namespace()
    {
        Container container = NewContainer();
        container.Config.SetText("hostname", "harbour").SetText("domainname", "example.org");
        Assert.Equal("harbour\nexample.org", container.Sh("hostname; cat /proc/sys/kernel/domainname"));
        Assert.NotEqual("harbour", Environment.MachineName);
    }

    [Fact]
    public void A_hostname_without_a_new_uts_namespace_is_refused()
    {
        Container container = NewContainer("true");
        container.Config.WithoutNamespace("uts");
        container.Create().Fails(1, "hostname");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void The_loopback_interface_of_a_new_network_namespace_is_up() =>
        Assert.Contains("UP", NewContainer().Sh("ip link show lo"), StringComparison.Ordinal);

    [Fact]
    public void Exec_joins_every_namespace_of_the_container()
    {
        Container container = NewContainer();
        container.Config.Namespace("cgroup");
        container.Running();
        string links = container.ExecSh("for n in pid net ipc uts mnt cgroup; do readlink /proc/self/ns/$n; done");
        Assert.Equal(new[] { "pid", "net", "ipc", "uts", "mnt", "cgroup" }.Select(n => Processes.Namespace(container.Pid(), n)), links.Split('\n'));
    }

    [Theory]
    [InlineData("net.ipv4.ip_forward", "1", "/proc/sys/net/ipv4/ip_forward")]
    [InlineData("net.core.somaxconn", "333", "/proc/sys/net/core/somaxconn")]
    [InlineData("kernel.msgmax", "10000", "/proc/sys/kernel/msgmax")]
    [InlineData("kernel.shm_rmid_forced", "1", "/proc/sys/kernel/shm_rmid_forced")]
    [InlineData("fs.mqueue.msg_max", "33", "/proc/sys/fs/mqueue/msg_max")]
    [InlineData("net/ipv4/ip_default_ttl", "77", "/proc/sys/net/ipv4/ip_default_ttl")]
    public void A_sysctl_of_an_own_namespace_is_set(string name, string value, string file)
    {
        string host = File.ReadAllText(file).Trim();
        Container container = NewContainer();
        container.Config.Set("linux.sysctl", $$"""{"{{name}}":"{{value}}"}""");
        Assert.Equal(value, container.Sh("cat " + file));
        Assert.Equal(host, File.ReadAllText(file).Trim());
    }

    [Theory]
    [InlineData("net.ipv4.ip_forward", "network")]
    [InlineData("kernel.msgmax", "ipc")]
    [InlineData("kernel.domainname", "uts")]
    public void A_sysctl_of_a_namespace_that_is_the_hosts_is_refused(string name, string type)
    {
        Container container = NewContainer("true");
        container.Config.WithoutNamespace(type).Remove("hostname").Set("linux.sysctl", $$"""{"{{name}}":"1"}""");
        if (type == "ipc")
            container.Config.WithoutMount("/dev/mqueue");
        container.Create().Fails(1, name);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Theory]
    [InlineData("vm.overcommit_memory")]
    [InlineData("kernel.panic")]
    [InlineData("fs.file-max")]
    [InlineData("net/../vm/overcommit_memory")]
    public void A_sysctl_of_the_whole_machine_is_refused(string name)
    {
        Container container = NewContainer("true");
        container.Config.Set("linux.sysctl", $$"""{"{{name}}":"1"}""");
        container.Create().Fails(1, "sysctl");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_sysctl_that_does_not_exist_is_refused()
    {
        Container container = NewContainer("true");
        container.Config.Set("linux.sysctl", """{"net.ipv4.no_such_setting":"1"}""");
        container.Run().Fails(1, "no_such_setting");
        Assert.Empty(Scratch.LeaksNow());
    }
}
