using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.Attack.Tests;

/// <summary>Writes and masks that go through /proc and /sys, when the image or the config has something else there.</summary>
public sealed class ProcAttackTests : AttackTest
{
    /// <summary>A writable file of procfs that belongs to the container's network namespace: an attack that gets
    /// through on an old runtime harms nobody.</summary>
    private const string Setting = "/proc/sys/net/ipv4/ip_default_ttl";

    [Theory]
    [InlineData("/proc")]
    [InlineData("/proc/self/attr")]
    [InlineData("/proc/self/attr/exec")]
    [InlineData("/proc/sys/kernel")]
    public void CVE_2019_16884_a_volume_over_proc_is_refused(string destination)
    {
        Container container = NewContainer("true");
        string volume = Path.Combine(Scratch.Directory, "volume");
        Directory.CreateDirectory(volume + "/self/attr");
        container.Config.Mount(destination, "bind", volume, "bind");
        container.Run().Fails(1, "/proc");
    }

    [Fact]
    public void CVE_2019_16884_a_tmpfs_over_proc_is_refused()
    {
        Container container = NewContainer("true");
        container.Config.Mount("/proc/sys", "tmpfs", "tmpfs");
        container.Run().Fails(1, "/proc");
    }

    [Fact]
    public void The_files_of_proc_that_tools_like_lxcfs_cover_may_be_mounted_over()
    {
        Container container = NewContainer();
        string file = Path.Combine(Scratch.Directory, "uptime");
        File.WriteAllText(file, "1.00 1.00\n");
        container.Config.Mount("/proc/uptime", "bind", file, "bind");
        Assert.Equal("1.00 1.00", container.Sh("cat /proc/uptime"));
    }

    [Theory]
    [InlineData("proc")]
    [InlineData("sys")]
    public void CVE_2019_19921_and_2023_27561_a_proc_or_sys_that_is_a_link_does_not_take_the_masks_away(string name)
    {
        Container container = NewContainer();
        Directory.Delete(container.Inside(name), recursive: true);
        Directory.CreateDirectory(container.Inside("elsewhere/self/attr"));
        File.CreateSymbolicLink(container.Inside(name), "/elsewhere");
        // /proc may be unreachable by its name then: the real one is where the link led.
        CommandResult result = container.RunSh(
            "for f in /proc/timer_list /elsewhere/timer_list /proc/keys /elsewhere/keys; do [ -e $f ] && cat $f; done | wc -c; "
            + "for f in /proc/sys/kernel/domainname /elsewhere/sys/kernel/domainname; do [ -e $f ] && (echo hacked >$f) 2>/dev/null && echo WRITTEN; done; true");
        if (result.ExitCode == 0)
            Assert.Equal("0", result.Output);
    }

    [Fact]
    public void CVE_2023_28642_a_proc_link_that_climbs_out_mounts_nothing_outside()
    {
        Container container = NewContainer("true");
        Directory.Delete(container.Inside("proc"), recursive: true);
        File.CreateSymbolicLink(container.Inside("proc"), Climb(Outside));
        container.Run();
        Assert.Empty(WhatIsOutside());
        Assert.DoesNotContain(MountInfo.Read("self"), m => m.MountPoint.StartsWith(Outside, StringComparison.Ordinal));
    }

    [Fact]
    public void CVE_2025_31133_a_dev_null_that_is_a_link_does_not_unmask_a_file()
    {
        Container container = NewContainer("sh", "-c", "cat /proc/timer_list | wc -c; (echo x >/proc/timer_list) 2>/dev/null; cat /proc/keys");
        foreach (string mount in new[] { "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue" })
            container.Config.WithoutMount(mount);
        // Bound over a masked path, or opened as null, the link gives a writable setting. A real attacker takes
        // core_pattern; this one takes a setting of the container's own network namespace.
        File.CreateSymbolicLink(container.Inside("dev/null"), Setting);
        CommandResult result = container.Run();
        Assert.DoesNotContain("64", result.Stdout.Split('\n'));
        if (result.ExitCode == 0)
            Assert.StartsWith("0\n", result.Stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData(Setting)]
    public void CVE_2025_31133_a_dev_null_that_is_something_else_does_not_show_it_at_a_masked_path(string target)
    {
        Container container = NewContainer("sh", "-c", "echo $(cat /proc/timer_list | wc -c)");
        foreach (string mount in new[] { "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue" })
            container.Config.WithoutMount(mount);
        File.CreateSymbolicLink(container.Inside("dev/null"), target);
        CommandResult result = container.Run();
        if (result.ExitCode == 0)
            Assert.Equal("0", result.Output);
    }

    [Fact]
    public void CVE_2025_52565_a_console_that_is_a_link_is_not_followed()
    {
        Container container = NewContainer("sh", "-c", "cat /proc/self/mountinfo; echo end");
        foreach (string mount in new[] { "/dev", "/dev/shm", "/dev/mqueue" })
            container.Config.WithoutMount(mount);
        container.Config.Set("process.terminal", "true").WithoutMount("/dev/pts");
        Directory.CreateDirectory(container.Inside("dev/pts"));
        container.Config.Mount("/dev/pts", "devpts", "devpts", "newinstance", "ptmxmode=0666");
        File.CreateSymbolicLink(container.Inside("dev/console"), Setting);
        using var pty = Pty.Open();
        using Command run = container.StartRun(Scratch.Options(terminal: pty.SlavePath));
        string seen = pty.ReadToEnd();
        Assert.False(run.Wait().TimedOut);
        Assert.DoesNotContain(MountInfo.Parse(seen), m => m.MountPoint == Setting);
    }

    [Fact]
    public void CVE_2025_52565_a_pts_that_the_image_made_does_not_become_the_console()
    {
        // Without a devpts of its own, /dev/pts/0 is the image's: a link to a setting of the host.
        Container container = NewContainer("sh", "-c", "stat -L -c 'console %F' /dev/console; cat /proc/self/mountinfo; echo end");
        foreach (string mount in new[] { "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue" })
            container.Config.WithoutMount(mount);
        container.Config.Set("process.terminal", "true");
        Directory.CreateDirectory(container.Inside("dev/pts"));
        File.WriteAllText(container.Inside("dev/console"), "");
        for (int i = 0; i < 8; i++)
            File.CreateSymbolicLink(container.Inside($"dev/pts/{i}"), Setting);
        using var pty = Pty.Open();
        using Command run = container.StartRun(Scratch.Options(terminal: pty.SlavePath));
        string seen = pty.ReadToEnd();
        Assert.False(run.Wait().TimedOut);
        Assert.DoesNotContain(MountInfo.Parse(seen), m => m.MountPoint == "/dev/console" && m.Type == "proc");
    }

    [Fact]
    public void CVE_2025_52881_a_sysctl_is_not_written_to_a_file_of_the_image()
    {
        Container container = NewContainer("true");
        Directory.Delete(container.Inside("proc"), recursive: true);
        Directory.CreateDirectory(container.Inside("fake/sys/net/ipv4"));
        File.WriteAllText(container.Inside("fake/sys/net/ipv4/ip_forward"), "untouched");
        File.CreateSymbolicLink(container.Inside("proc"), "fake");
        container.Config.WithoutMount("/proc").Set("linux.sysctl", """{"net.ipv4.ip_forward":"1"}""");
        container.Run();
        Assert.Equal("untouched", File.ReadAllText(container.Inside("fake/sys/net/ipv4/ip_forward")));
    }

    [Fact]
    public void CVE_2025_52881_a_sysctl_without_a_proc_of_the_container_is_still_set_in_its_namespace()
    {
        // The runtime has a procfs of its own; the image's directory is not one.
        Container container = NewContainer("sleep", "1000");
        container.Config.WithoutMount("/proc").Set("linux.maskedPaths", "[]").Set("linux.readonlyPaths", "[]").Set("linux.sysctl", """{"net.ipv4.ip_default_ttl":"99"}""");
        Directory.CreateDirectory(container.Inside("proc/sys/net/ipv4"));
        File.WriteAllText(container.Inside("proc/sys/net/ipv4/ip_default_ttl"), "untouched");
        CommandResult create = container.Create();
        Assert.Equal("untouched", File.ReadAllText(container.Inside("proc/sys/net/ipv4/ip_default_ttl")));
        if (create.ExitCode == 0)
            Assert.Equal("99", Scratch.Host("nsenter", "-t", $"{container.Pid()}", "-n", "cat", "/proc/sys/net/ipv4/ip_default_ttl").Ok().Output);
    }

    [Fact]
    public void CVE_2025_52881_labels_are_not_written_to_a_file_of_the_image()
    {
        Container container = NewContainer("true");
        container.Config.WithoutMount("/proc").SetText("process.apparmorProfile", "no-such-profile");
        foreach (string id in new[] { "self", "1", "thread-self" })
        {
            Directory.CreateDirectory(container.Inside($"proc/{id}/attr/apparmor"));
            File.WriteAllText(container.Inside($"proc/{id}/attr/exec"), "untouched");
            File.WriteAllText(container.Inside($"proc/{id}/attr/apparmor/exec"), "untouched");
        }
        container.Run();
        foreach (string id in new[] { "self", "1", "thread-self" })
            Assert.Equal("untouched", File.ReadAllText(container.Inside($"proc/{id}/attr/exec")));
    }
}
