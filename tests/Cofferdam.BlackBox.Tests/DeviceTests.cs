using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class DeviceTests : BlackBoxTest
{
    [Theory]
    [InlineData("null", "1 3")]
    [InlineData("zero", "1 5")]
    [InlineData("full", "1 7")]
    [InlineData("random", "1 8")]
    [InlineData("urandom", "1 9")]
    [InlineData("tty", "5 0")]
    public void A_default_device_has_its_number_and_is_open_to_all(string name, string number)
    {
        string[] numbers = number.Split(' ');
        Assert.Equal($"character special file 666 0 {numbers[0]} {numbers[1]}", NewContainer().Sh($"stat -c '%F %a %u %t %T' /dev/{name}"));
    }

    [Theory]
    [InlineData("fd", "/proc/self/fd")]
    [InlineData("stdin", "/proc/self/fd/0")]
    [InlineData("stdout", "/proc/self/fd/1")]
    [InlineData("stderr", "/proc/self/fd/2")]
    [InlineData("ptmx", "pts/ptmx")]
    public void A_default_link_leads_to_its_target(string name, string target) =>
        Assert.Contains(target, NewContainer().Sh($"readlink /dev/{name}"), StringComparison.Ordinal);

    [Fact]
    public void Default_devices_work_under_the_device_rules() =>
        Assert.Equal("4\n8\nfull", NewContainer().Sh("head -c 4 /dev/zero | wc -c; head -c 8 /dev/urandom | wc -c; echo x >/dev/null; (echo x >/dev/full) 2>/dev/null || echo full"));

    [Fact]
    public void Devices_of_the_config_have_type_number_mode_and_owner()
    {
        Container container = NewContainer();
        container.Config.Set("linux.devices", """
            [{"path":"/dev/one","type":"c","major":10,"minor":229,"fileMode":432,"uid":1000,"gid":2000},
             {"path":"/dev/two","type":"b","major":7,"minor":0,"fileMode":384},
             {"path":"/dev/pipe","type":"p","fileMode":438},
             {"path":"/dev/un","type":"u","major":1,"minor":5,"fileMode":420},
             {"path":"/dev/deep/er/node","type":"c","major":1,"minor":3,"fileMode":438}]
            """);
        Assert.Equal(
            "character special file 660 1000 2000 a e5\nblock special file 600 0 0 7 0\nfifo 666 0 0 0 0\ncharacter special file 644 0 0 1 5\ncharacter special file 666 0 0 1 3",
            container.Sh("for d in one two pipe un deep/er/node; do stat -c '%F %a %u %g %t %T' /dev/$d; done"));
    }

    [Fact]
    public void A_device_outside_of_dev_is_made_too()
    {
        Container container = NewContainer();
        container.Config.Set("linux.devices", """[{"path":"/srv/zero","type":"c","major":1,"minor":5,"fileMode":438}]""");
        Assert.Equal("3", container.Sh("head -c 3 /srv/zero | wc -c"));
    }

    [Fact]
    public void A_device_of_the_config_replaces_a_default_one()
    {
        Container container = NewContainer();
        container.Config.Set("linux.devices", """[{"path":"/dev/null","type":"c","major":1,"minor":3,"fileMode":384,"uid":0,"gid":0}]""");
        Assert.StartsWith("character special file", container.Sh("stat -c '%F' /dev/null"), StringComparison.Ordinal);
    }

    // The device of these tests is /dev/fuse: no rule of the defaults covers it, and opening it needs no capability.
    [Fact]
    public void A_device_that_no_rule_allows_cannot_be_opened()
    {
        Container container = NewContainer();
        container.Config.Set("linux.devices", """[{"path":"/dev/fuse","type":"c","major":10,"minor":229,"fileMode":438}]""");
        Assert.Contains("not permitted", container.RunSh("exec 3</dev/fuse").Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_a_rule_allows_can_be_opened()
    {
        Container container = NewContainer();
        container.Config.Set("linux.devices", """[{"path":"/dev/fuse","type":"c","major":10,"minor":229,"fileMode":438}]""")
            .Append("linux.resources.devices", """{"allow":true,"type":"c","major":10,"minor":229,"access":"r"}""");
        Assert.SkipUnless(File.Exists("/dev/fuse"), "this kernel has no fuse");
        container.Sh("exec 3</dev/fuse");
    }

    [Fact]
    public void A_rule_for_reading_does_not_allow_writing()
    {
        Container container = NewContainer();
        container.Config.Set("linux.devices", """[{"path":"/dev/fuse","type":"c","major":10,"minor":229,"fileMode":438}]""")
            .Append("linux.resources.devices", """{"allow":true,"type":"c","major":10,"minor":229,"access":"r"}""");
        Assert.Contains("not permitted", container.RunSh("exec 3>/dev/fuse").Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_later_rule_overrides_an_earlier_one()
    {
        Container container = NewContainer();
        container.Config.Set("linux.devices", """[{"path":"/dev/fuse","type":"c","major":10,"minor":229,"fileMode":438}]""")
            .Append("linux.resources.devices", """{"allow":true,"type":"c","major":10,"minor":229,"access":"rw"}""")
            .Append("linux.resources.devices", """{"allow":false,"type":"c","major":10,"minor":229,"access":"rw"}""");
        Assert.Contains("not permitted", container.RunSh("exec 3</dev/fuse").Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wildcard_rule_allows_all_minors()
    {
        Container container = NewContainer();
        container.Config.Set("linux.devices", """[{"path":"/dev/fuse","type":"c","major":10,"minor":229,"fileMode":438}]""")
            .Append("linux.resources.devices", """{"allow":true,"type":"c","major":10,"access":"rwm"}""");
        Assert.SkipUnless(File.Exists("/dev/fuse"), "this kernel has no fuse");
        container.Sh("exec 3</dev/fuse");
    }

    [Fact]
    public void The_device_list_of_the_cgroup_is_that_of_the_rules()
    {
        Container container = NewContainer();
        container.Config.Append("linux.resources.devices", """{"allow":true,"type":"c","major":10,"minor":229,"access":"r"}""");
        container.Running();
        string list = container.CgroupFile("devices", "devices.list");
        Assert.Contains("c 10:229 r", list, StringComparison.Ordinal);
        Assert.Contains("c 1:3 rwm", list, StringComparison.Ordinal);
        Assert.DoesNotContain("a *:* rwm", list, StringComparison.Ordinal);
    }

    [Fact]
    public void Dev_is_not_the_hosts()
    {
        Container container = NewContainer();
        Assert.Equal("", container.Sh("ls /dev | grep -e loop -e vda -e fuse; true"));
    }

    [Fact]
    public void The_devpts_instance_is_new() => Assert.Equal("ptmx", NewContainer().Sh("ls /dev/pts"));

    [Fact]
    public void An_image_with_a_bind_mounted_dev_keeps_the_hosts_nodes()
    {
        // As `--privileged` tools do: /dev bound from the host; the runtime must not change the host's nodes.
        Container container = NewContainer();
        string before = Scratch.Host("stat", "-c", "%i %a %Y", "/dev/null", "/dev/zero").Ok().Output;
        container.Config.WithoutMount("/dev").WithoutMount("/dev/pts").WithoutMount("/dev/shm").WithoutMount("/dev/mqueue");
        container.Config.Mount("/dev", "bind", "/dev", "rbind", "rslave");
        Assert.Equal("ok", container.Sh("test -c /dev/null && echo ok"));
        Assert.Equal(before, Scratch.Host("stat", "-c", "%i %a %Y", "/dev/null", "/dev/zero").Ok().Output);
    }
}
