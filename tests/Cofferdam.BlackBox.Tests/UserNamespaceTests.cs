using System.Globalization;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class UserNamespaceTests : BlackBoxTest
{
    private Container Mapped(params string[] args)
    {
        Container container = NewContainer(args);
        container.Config.UserNamespace();
        Scratch.Host("chown", "-hR", "100000:100000", container.Rootfs).Ok();
        return container;
    }

    [Fact]
    public void Root_inside_is_an_ordinary_user_outside()
    {
        Container container = Mapped("sleep", "1000").CreatedAndStarted();
        Assert.StartsWith("100000\t100000", Processes.Status(container.Pid(), "Uid"), StringComparison.Ordinal);
        Assert.StartsWith("100000\t100000", Processes.Status(container.Pid(), "Gid"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_maps_are_those_of_the_config()
    {
        Container container = Mapped();
        container.Config
            .Set("linux.uidMappings", """[{"containerID":0,"hostID":100000,"size":1000},{"containerID":1000,"hostID":200000,"size":5}]""")
            .Set("linux.gidMappings", """[{"containerID":0,"hostID":100000,"size":2000}]""");
        string[] lines = container.Sh("cat /proc/self/uid_map /proc/self/gid_map").Split('\n');
        Assert.Equal(["0 100000 1000", "1000 200000 5", "0 100000 2000"], lines.Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Fact]
    public void Files_made_inside_belong_to_the_mapped_user()
    {
        Container container = Mapped();
        container.Sh("touch /made && stat -c %u /made");
        Assert.Equal("100000", Scratch.Host("stat", "-c", "%u", container.Inside("made")).Ok().Output);
    }

    [Fact]
    public void Another_user_than_root_inside_is_mapped_too()
    {
        Container container = Mapped("sleep", "1000");
        container.Config.Set("process.user", """{"uid":1000,"gid":1000,"additionalGids":[2000]}""");
        container.CreatedAndStarted();
        Assert.StartsWith("101000\t", Processes.Status(container.Pid(), "Uid"), StringComparison.Ordinal);
        Assert.Contains("102000", Processes.Status(container.Pid(), "Groups"), StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_work_although_they_cannot_be_made_in_a_user_namespace() =>
        Assert.Equal("4\nok", Mapped().Sh("head -c 4 /dev/zero | wc -c; echo x >/dev/null && test -c /dev/urandom && echo ok"));

    [Fact]
    public void Masked_and_readonly_paths_hold_in_a_user_namespace() =>
        Assert.Equal("0\nro", Mapped().Sh("cat /proc/timer_list 2>/dev/null | wc -c; (echo 1 >/proc/sys/kernel/domainname) 2>/dev/null || echo ro"));

    [Fact]
    public void The_owner_of_the_network_namespace_is_the_new_user_namespace()
    {
        Container container = Mapped();
        container.Config.Capabilities("CAP_NET_ADMIN");
        Assert.Equal("done", container.Sh("ip link set lo mtu 1400 && echo done"));
    }

    [Fact]
    public void Sysctls_are_set_in_a_user_namespace()
    {
        Container container = Mapped();
        container.Config.Set("linux.sysctl", """{"net.ipv4.ip_default_ttl":"99"}""");
        Assert.Equal("99", container.Sh("cat /proc/sys/net/ipv4/ip_default_ttl"));
    }

    [Fact]
    public void Exec_enters_the_user_namespace()
    {
        Container container = Mapped("sh", "-c", "sleep 1000").CreatedAndStarted();
        Assert.Equal("0", container.ExecSh("id -u"));
        Assert.Equal(Processes.Namespace(container.Pid(), "user"), container.ExecSh("readlink /proc/self/ns/user"));
    }

    [Fact]
    public void Exec_as_another_user_in_a_user_namespace()
    {
        Container container = Mapped("sh", "-c", "sleep 1000").CreatedAndStarted();
        Assert.Equal("1000:1000", container.ExecWith(["--user", "1000:1000"], "sh", "-c", "echo $(id -u):$(id -g)").Ok().Output);
    }

    [Fact]
    public void A_user_namespace_by_path_is_joined()
    {
        Container first = Mapped("sh", "-c", "sleep 1000").CreatedAndStarted();
        Container second = NewContainer();
        Scratch.Host("chown", "-hR", "100000:100000", second.Rootfs).Ok();
        second.Config.Namespace("user", string.Create(CultureInfo.InvariantCulture, $"/proc/{first.Pid()}/ns/user"));
        Assert.Equal(Processes.Namespace(first.Pid(), "user") + "\n0", second.Sh("readlink /proc/self/ns/user; id -u"));
    }

    [Fact]
    public void A_user_namespace_by_path_may_come_with_the_maps_that_it_has()
    {
        Container first = Mapped("sh", "-c", "sleep 1000").CreatedAndStarted();
        Container second = NewContainer();
        Scratch.Host("chown", "-hR", "100000:100000", second.Rootfs).Ok();
        second.Config.UserNamespace().Namespace("user", string.Create(CultureInfo.InvariantCulture, $"/proc/{first.Pid()}/ns/user"));
        Assert.Equal("0", second.Sh("id -u"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_user_namespace_by_path_does_not_come_with_other_maps(bool isBound)
    {
        Container first = Mapped("sh", "-c", "sleep 1000").CreatedAndStarted();
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{first.Pid()}/ns/user");
        if (isBound)
        {
            string file = Path.Combine(Scratch.Directory, "user");
            File.WriteAllText(file, "");
            Scratch.Host("mount", "--bind", path, file).Ok();
            path = file;
        }

        Container second = NewContainer("true");
        Scratch.Host("chown", "-hR", "100000:100000", second.Rootfs).Ok();
        second.Config.UserNamespace(size: 1000).Namespace("user", path);
        CommandResult result = second.Run();
        if (isBound) Scratch.Host("umount", path).Ok();
        result.Fails(1, "linux.uidMappings: must be empty or those of the user namespace that is joined by its path, whose are 0:100000:65536");
    }

    [Fact]
    public void All_namespaces_of_another_container_can_be_joined_with_its_user_namespace()
    {
        Container first = Mapped("sh", "-c", "sleep 1000").CreatedAndStarted();
        Container second = NewContainer();
        Scratch.Host("chown", "-hR", "100000:100000", second.Rootfs).Ok();
        foreach ((string type, string link) in new[] { ("user", "user"), ("network", "net"), ("ipc", "ipc"), ("uts", "uts"), ("pid", "pid") })
            second.Config.Namespace(type, string.Create(CultureInfo.InvariantCulture, $"/proc/{first.Pid()}/ns/{link}"));
        second.Config.Remove("hostname");
        Assert.Equal("vessel", second.Sh("hostname"));
    }

    [Fact]
    public void A_user_namespace_without_maps_is_refused()
    {
        Container container = NewContainer("true");
        container.Config.Namespace("user");
        container.Create().Fails(1, "linux.uidMappings");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Maps_without_a_user_namespace_are_refused()
    {
        Container container = NewContainer("true");
        container.Config.Set("linux.uidMappings", """[{"containerID":0,"hostID":100000,"size":10}]""");
        container.Create().Fails(1, "linux.uidMappings");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_user_that_is_not_mapped_is_refused()
    {
        Container container = Mapped("true");
        container.Config.Set("process.user", """{"uid":70000,"gid":0}""");
        container.Run().Fails(1, "process.user");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Overlapping_maps_are_refused()
    {
        Container container = Mapped("true");
        container.Config.Set("linux.uidMappings", """[{"containerID":0,"hostID":100000,"size":10},{"containerID":5,"hostID":200000,"size":10}]""");
        container.Create().Fails(1);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Mounts_of_every_usual_kind_work_in_a_user_namespace()
    {
        Container container = Mapped();
        string source = Path.Combine(Scratch.Directory, "volume");
        Directory.CreateDirectory(source);
        File.WriteAllText(Path.Combine(source, "file"), "content\n");
        container.Config.Mount("/data", "bind", source, "bind", "ro", "nosuid", "nodev").Mount("/scratch", "tmpfs", "tmpfs", "size=1m", "mode=700");
        Assert.Equal("content\nro", container.Sh("cat /data/file; touch /scratch/x; (touch /data/x) 2>/dev/null || echo ro"));
    }

    [Fact]
    public void Hostname_and_limits_are_set_in_a_user_namespace()
    {
        Container container = Mapped();
        container.Config.Set("linux.resources.pids", """{"limit":33}""");
        container.Config.Args("sh", "-c", "sleep 1000");
        container.CreatedAndStarted();
        Assert.Equal("33", container.CgroupFile("pids", "pids.max"));
        Assert.Equal("vessel", container.ExecSh("hostname"));
    }

    [Theory]
    [InlineData("rbind")]
    [InlineData("rbind,idmap")]
    public void What_the_host_forbids_of_a_mount_stays_forbidden_in_a_user_namespace(string options)
    {
        if (options.Contains("idmap", StringComparison.Ordinal))
            Surroundings.NeedIdMappedTmpfs();
        string source = Path.Combine(Scratch.Directory, "volume");
        Directory.CreateDirectory(source);
        Scratch.Host("mount", "-t", "tmpfs", "-o", "nodev,nosuid", "inner", source).Ok();
        Scratch.OnClose(() => Libc.umount2(source, 2));
        Scratch.Host("mount", "-o", "remount,bind,ro,nodev,nosuid", source).Ok();
        Container container = Mapped();
        container.Config.Capabilities("CAP_SYS_ADMIN").Mount("/data", "bind", source, options.Split(','));
        Assert.Equal("kept\nkept", container.Sh(
            "mount -o remount,bind,rw,nodev,nosuid /data 2>/dev/null || echo kept; mount -o remount,bind,ro,nosuid,dev /data 2>/dev/null || echo kept"));
    }

    [Fact]
    public void A_source_that_only_the_caller_can_reach_is_bound()
    {
        string closed = Path.Combine(Scratch.Directory, "closed");
        Directory.CreateDirectory(closed + "/volume");
        File.WriteAllText(closed + "/volume/file", "content\n");
        File.SetUnixFileMode(closed, (UnixFileMode)0x1c0);
        Container container = Mapped();
        container.Config.Mount("/data", "bind", closed + "/volume", "rbind", "ro");
        Assert.Equal("content", container.Sh("cat /data/file"));
    }
}
