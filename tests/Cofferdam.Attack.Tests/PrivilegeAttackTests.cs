using System.Text.Json.Nodes;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.Attack.Tests;

/// <summary>Rights that a container gets without having been given them.</summary>
public sealed class PrivilegeAttackTests : AttackTest
{
    private const string NoInheritable = "CapInh:\t0000000000000000";

    [Fact]
    public void CVE_2022_29162_exec_with_a_capability_leaves_the_inheritable_set_empty()
    {
        Container container = NewContainer().Running();
        Assert.Contains(NoInheritable, container.ExecWith(["--cap", "CAP_NET_RAW", "--cap", "CAP_CHOWN"], "cat", "/proc/self/status").Ok().Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void CVE_2022_27650_run_and_exec_leave_the_inheritable_set_empty()
    {
        Container container = NewContainer().Running();
        Assert.Contains(NoInheritable, container.ExecSh("cat /proc/1/status"), StringComparison.Ordinal);
        Assert.Contains(NoInheritable, container.ExecSh("cat /proc/self/status"), StringComparison.Ordinal);
    }

    [Fact]
    public void CVE_2022_27650_the_config_that_spec_writes_has_no_inheritable_capability()
    {
        Container container = NewContainer();
        Scratch.Oci("spec", "--bundle", container.Bundle).Ok();
        JsonNode? inheritable = JsonNode.Parse(File.ReadAllText(Path.Combine(container.Bundle, "config.json")))!["process"]!["capabilities"]!["inheritable"];
        Assert.Empty(inheritable?.AsArray() ?? []);
    }

    [Fact]
    public void CVE_2023_25809_a_cgroup_mount_of_an_ordinary_user_is_read_only()
    {
        const uint User = 54321;
        Container container = NewContainer();
        Directory.CreateDirectory(Scratch.Root);
        Scratch.Host("chown", "-hR", $"{User}:{User}", container.Bundle, Scratch.Root).Ok();
        container.Config.Namespace("user")
            .Set("linux.uidMappings", $$"""[{"containerID":0,"hostID":{{User}},"size":1}]""").Set("linux.gidMappings", $$"""[{"containerID":0,"hostID":{{User}},"size":1}]""")
            .WithoutMount("/dev/pts").Mount("/dev/pts", "devpts", "devpts", "newinstance", "ptmxmode=0666", "mode=0620")
            .Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime")
            .Remove("linux.resources").Remove("linux.cgroupsPath")
            .Args("sh", "-c", "for c in /sys/fs/cgroup/*/; do mkdir $c/escape 2>/dev/null && echo ESCAPED $c; done; cat /proc/self/mountinfo");
        Scratch.Wrapper = ["setpriv", "--reuid", $"{User}", "--regid", $"{User}", "--clear-groups", "env", $"XDG_RUNTIME_DIR={Scratch.Root}"];
        CommandResult result = container.Run();
        Assert.DoesNotContain("ESCAPED", result.Stdout, StringComparison.Ordinal);
        Assert.All(MountInfo.Parse(result.Stdout).Where(m => m.Type == "cgroup2"), m => Assert.True(m.Has("ro"), $"{m}"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("4294967296")]
    [InlineData("9223372036854775808")]
    [InlineData("1000:")]
    [InlineData(":1000")]
    [InlineData("1000:-1")]
    [InlineData("1000:1000:1000")]
    [InlineData("1000 ")]
    [InlineData("")]
    [InlineData("0x10")]
    [InlineData("nobody-knows")]
    public void CVE_2026_30892_a_user_of_exec_that_is_no_number_does_not_become_root(string user)
    {
        Container container = NewContainer();
        container.Config.Set("process.user", """{"uid":1000,"gid":1000}""");
        container.Running();
        CommandResult exec = container.ExecWith(["--user", user], "sh", "-c", "echo $(id -u):$(id -g)");
        if (exec.ExitCode == 0)
            Assert.DoesNotContain("0", exec.Output.Split(':'));
    }

    [Fact]
    public void CVE_2021_43784_very_many_maps_and_long_paths_do_not_overflow_into_other_settings()
    {
        Container container = NewContainer();
        container.Config.Namespace("user")
            .Set("linux.uidMappings", Maps()).Set("linux.gidMappings", Maps());
        Scratch.Host("chown", "-hR", "100000:100000", container.Rootfs).Ok();
        CommandResult result = container.RunSh("wc -l </proc/self/uid_map; id -u");
        if (result.ExitCode == 0)
            Assert.Equal("300\n0", result.Output);
        static string Maps() => "[" + string.Join(',', Enumerable.Range(0, 300).Select(i => $$"""{"containerID":{{i}},"hostID":{{100000 + i}},"size":1}""")) + "]";
    }

    [Fact]
    public void A_setuid_program_of_the_image_gains_nothing_under_no_new_privileges()
    {
        Assert.SkipUnless(SyscallProgram.IsSupported, "the program is x86-64 code");
        // Exits with its effective uid: 1000 is 24 in eight bits of its negative.
        const int GetEffectiveUid = 107;
        Container container = NewContainer("/suid");
        SyscallProgram.Write(container.Inside("suid"), GetEffectiveUid);
        File.SetUnixFileMode(container.Inside("suid"), (UnixFileMode)0x9ed);
        container.Config.Set("process.user", """{"uid":1000,"gid":1000}""");
        container.Run().Exits(24);
        container.Config.Set("process.noNewPrivileges", "false");
        container.Run().Exits(0);
    }

    [Fact]
    public void The_masks_and_namespaces_hold_for_a_container_with_its_own_root()
    {
        Container container = NewContainer();
        container.Config.Capabilities("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_MKNOD", "CAP_SETUID", "CAP_SETGID", "CAP_SYS_CHROOT", "CAP_NET_RAW");
        Assert.Equal("0\nno\nno\nno", container.Sh(
            "cat /proc/timer_list | wc -c; umount /proc/timer_list 2>/dev/null && echo yes || echo no; "
            + "(echo c >/proc/sysrq-trigger) 2>/dev/null && echo yes || echo no; mount -t tmpfs x /tmp 2>/dev/null && echo yes || echo no"));
    }

    [Fact]
    public void A_made_block_device_of_the_hosts_disk_cannot_be_read()
    {
        Container container = NewContainer();
        container.Config.Capabilities("CAP_MKNOD", "CAP_DAC_OVERRIDE");
        string? disk = Directory.GetDirectories("/sys/block").Select(d => File.ReadAllText(Path.Combine(d, "dev")).Trim()).FirstOrDefault();
        Assert.SkipWhen(disk is null, "this host has no block device");
        Assert.Equal("denied", container.Sh($"mknod /disk b {disk.Replace(':', ' ')} && head -c 1 /disk >/dev/null 2>&1 && echo read || echo denied"));
    }
}
