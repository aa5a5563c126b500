using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class RootFilesystemTests : BlackBoxTest
{
    [Fact]
    public void A_readonly_root_cannot_be_written_while_its_mounts_can()
    {
        Container container = NewContainer();
        container.Config.Set("root.readonly", "true").Mount("/data", "tmpfs", "tmpfs");
        Assert.Equal("ro\nro\nrw", container.Sh("(touch /x) 2>/dev/null || echo ro; (mkdir /etc/x) 2>/dev/null || echo ro; touch /data/x && echo rw"));
    }

    [Fact]
    public void A_root_that_is_not_readonly_keeps_what_is_written()
    {
        Container container = NewContainer();
        container.Sh("echo kept >/new");
        Assert.Equal("kept\n", File.ReadAllText(container.Inside("new")));
    }

    [Fact]
    public void An_absolute_root_path_works()
    {
        Container container = NewContainer("ls", "/");
        container.Config.SetText("root.path", container.Rootfs);
        Assert.Contains("bin", container.Run().Ok().Output.Split('\n'));
    }

    [Fact]
    public void A_root_path_that_is_a_link_is_followed_once_by_the_runtime()
    {
        Container container = NewContainer("true");
        File.CreateSymbolicLink(Path.Combine(container.Bundle, "link"), "rootfs");
        container.Config.SetText("root.path", "link");
        CommandResult result = container.Run();
        // runc resolves the link, others refuse it; nobody may leave anything.
        Assert.True(result.ExitCode is 0 or 1, result.Describe());
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_root_that_does_not_exist_is_refused()
    {
        Container container = NewContainer("true");
        container.Config.SetText("root.path", "no-such-rootfs");
        container.Create().Fails(1, "no-such-rootfs");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_masked_file_reads_as_empty_and_a_masked_directory_has_no_entries()
    {
        Container container = NewContainer();
        Directory.CreateDirectory(container.Inside("secret/dir"));
        File.WriteAllText(container.Inside("secret/dir/file"), "secret");
        File.WriteAllText(container.Inside("secret-file"), "secret");
        container.Config.Append("linux.maskedPaths", "\"/secret\"").Append("linux.maskedPaths", "\"/secret-file\"");
        Assert.Equal("0\n0\nro", container.Sh("ls -A /secret | wc -l; cat /secret-file | wc -c; (touch /secret/x) 2>/dev/null || echo ro"));
    }

    [Fact]
    public void The_usual_masked_paths_of_proc_are_masked() =>
        Assert.Equal("0\n0\n0", NewContainer().Sh("cat /proc/keys | wc -c; cat /proc/timer_list | wc -c; head -c 10 /proc/kcore | wc -c"));

    [Fact]
    public void A_masked_path_that_does_not_exist_is_ignored()
    {
        Container container = NewContainer();
        container.Config.Append("linux.maskedPaths", "\"/no/such/path\"").Append("linux.readonlyPaths", "\"/no/such/path\"");
        container.Sh("[ ! -e /no ]");
    }

    [Fact]
    public void A_readonly_path_can_be_read_and_not_written()
    {
        Container container = NewContainer();
        Directory.CreateDirectory(container.Inside("conf"));
        File.WriteAllText(container.Inside("conf/file"), "text\n");
        container.Config.Append("linux.readonlyPaths", "\"/conf\"");
        Assert.Equal("text\nro\nrw", container.Sh("cat /conf/file; (echo x >/conf/file) 2>/dev/null || echo ro; touch /outside && echo rw"));
    }

    [Fact]
    public void A_readonly_path_keeps_the_attributes_of_the_mount_it_is_on()
    {
        Container container = NewContainer();
        container.Config.Mount("/mnt", "tmpfs", "tmpfs", "nosuid", "noexec", "nodev").Append("linux.readonlyPaths", "\"/mnt\"");
        MountInfo mount = MountInfo.At(container.MountInfoInside(), "/mnt");
        Assert.All(new[] { "ro", "nosuid", "noexec", "nodev" }, o => Assert.True(mount.Has(o), $"{mount}"));
    }

    [Fact]
    public void Proc_sys_is_readonly_by_the_usual_paths() =>
        Assert.Equal("ro", NewContainer().Sh("(echo x >/proc/sys/kernel/domainname) 2>/dev/null || echo ro"));

    [Theory]
    [InlineData("private", "")]
    [InlineData("rprivate", "")]
    [InlineData("slave", "")]
    [InlineData("rslave", "")]
    [InlineData("shared", "shared:")]
    [InlineData("rshared", "shared:")]
    [InlineData("unbindable", "unbindable")]
    public void The_root_has_the_propagation(string propagation, string shown)
    {
        Container container = NewContainer();
        container.Config.SetText("linux.rootfsPropagation", propagation);
        MountInfo root = MountInfo.At(container.MountInfoInside(), "/");
        if (shown.Length == 0)
            Assert.DoesNotContain("shared:", root.Propagation, StringComparison.Ordinal);
        else
            Assert.Contains(shown, root.Propagation, StringComparison.Ordinal);
    }

    [Fact]
    public void The_root_is_not_shared_with_the_host_by_default() =>
        Assert.DoesNotContain("shared:", MountInfo.At(NewContainer().MountInfoInside(), "/").Propagation, StringComparison.Ordinal);

    [Fact]
    public void Without_pivot_root_the_container_runs_too()
    {
        Container container = NewContainer("sh", "-c", "ls / | grep -c boot; cat /etc/passwd | head -n 1");
        Assert.Equal("0\nroot:x:0:0:root:/root:/bin/sh", container.Run("--no-pivot").Stdout.Trim());
    }

    [Fact]
    public void Nothing_of_the_old_root_is_left_inside() =>
        Assert.Equal("none", NewContainer().Sh($"[ -e {RuntimeUnderTest.FindRepositoryRoot()} ] || echo none"));

    [Fact]
    public void The_working_directory_is_the_one_of_the_config()
    {
        Container container = NewContainer();
        container.Config.SetText("process.cwd", "/home/user");
        Assert.Equal("/home/user", container.Sh("pwd"));
    }

    [Fact]
    public void A_working_directory_that_does_not_exist_is_made()
    {
        Container container = NewContainer();
        container.Config.SetText("process.cwd", "/srv/new/dir");
        Assert.Equal("/srv/new/dir", container.Sh("pwd"));
    }

    [Fact]
    public void A_working_directory_that_only_the_user_may_enter_works()
    {
        Container container = NewContainer();
        Directory.CreateDirectory(container.Inside("home/closed"));
        Libc.chown(container.Inside("home/closed"), 1000, 1000);
        File.SetUnixFileMode(container.Inside("home/closed"), (UnixFileMode)0x1c0);
        container.Config.SetText("process.cwd", "/home/closed").Set("process.user", """{"uid":1000,"gid":1000}""");
        Assert.Equal("/home/closed", container.Sh("pwd"));
    }

    [Fact]
    public void A_working_directory_that_only_root_may_enter_works()
    {
        Container container = NewContainer();
        Directory.CreateDirectory(container.Inside("home/closed"));
        File.SetUnixFileMode(container.Inside("home/closed"), (UnixFileMode)0x1c0);
        container.Config.SetText("process.cwd", "/home/closed").Set("process.user", """{"uid":1000,"gid":1000}""");
        Assert.Equal("/home/closed", container.Sh("pwd"));
    }

    [Theory]
    [InlineData("process.user", """{"uid":1000,"gid":1000}""")]
    [InlineData("root.readonly", "true")]
    public void A_working_directory_is_made_for_those_who_could_not_make_it(string field, string value)
    {
        Container container = NewContainer();
        container.Config.SetText("process.cwd", "/srv/new/dir").Set(field, value);
        Assert.Equal("/srv/new/dir", container.Sh("pwd"));
    }

    [Fact]
    public void A_relative_working_directory_is_refused()
    {
        Container container = NewContainer("true");
        container.Config.SetText("process.cwd", "home");
        container.Create().Fails(1, "process.cwd");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_root_on_an_overlay_works()
    {
        Container container = NewContainer();
        string merged = Path.Combine(container.Bundle, "merged"), upper = Path.Combine(container.Bundle, "upper"), work = Path.Combine(container.Bundle, "work");
        foreach (string d in new[] { merged, upper, work })
            Directory.CreateDirectory(d);
        Scratch.Host("mount", "-t", "overlay", "overlay", "-o", $"lowerdir={container.Rootfs},upperdir={upper},workdir={work}", merged).Ok();
        Scratch.OnClose(() => Libc.umount2(merged, 2));
        container.Config.SetText("root.path", "merged");
        container.Sh("touch /new");
        Assert.True(File.Exists(Path.Combine(upper, "new")));
        Assert.False(File.Exists(container.Inside("new")));
    }
}
