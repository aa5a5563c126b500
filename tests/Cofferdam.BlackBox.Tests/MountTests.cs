using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class MountTests : BlackBoxTest
{
    private string Volume(string name = "volume")
    {
        string volume = Path.Combine(Scratch.Directory, name);
        Directory.CreateDirectory(volume);
        File.WriteAllText(Path.Combine(volume, "file"), name + "\n");
        return volume;
    }

    [Fact]
    public void A_bind_mount_shows_the_hosts_files_and_takes_writes()
    {
        string volume = Volume();
        Container container = NewContainer();
        container.Config.Mount("/data", "bind", volume, "bind");
        Assert.Equal("volume", container.Sh("cat /data/file; echo inside >/data/new"));
        Assert.Equal("inside\n", File.ReadAllText(Path.Combine(volume, "new")));
    }

    [Fact]
    public void A_type_of_bind_or_none_is_told_by_the_options()
    {
        Container container = NewContainer();
        container.Config.Mount("/one", null, Volume("one"), "bind").Mount("/two", "none", Volume("two"), "rbind");
        Assert.Equal("one\ntwo", container.Sh("cat /one/file /two/file"));
    }

    [Fact]
    public void A_single_file_can_be_bound()
    {
        Container container = NewContainer();
        container.Config.Mount("/etc/config/deep.conf", "bind", Path.Combine(Volume(), "file"), "bind", "ro");
        Assert.Equal("volume\nro", container.Sh("cat /etc/config/deep.conf; (echo x >/etc/config/deep.conf) 2>/dev/null || echo ro"));
    }

    [Fact]
    public void A_missing_target_directory_is_made_with_its_parents()
    {
        Container container = NewContainer();
        container.Config.Mount("/a/b/c", "tmpfs", "tmpfs");
        container.Sh("grep -q ' /a/b/c ' /proc/self/mountinfo");
        Assert.True(Directory.Exists(container.Inside("a/b/c")));
    }

    [Fact]
    public void Mounts_are_made_in_the_order_of_the_config()
    {
        Container container = NewContainer();
        container.Config.Mount("/data", "bind", Volume("first"), "bind").Mount("/data", "bind", Volume("second"), "bind").Mount("/data/sub", "tmpfs", "tmpfs");
        Directory.CreateDirectory(Path.Combine(Scratch.Directory, "second/sub"));
        Assert.Equal("second\nyes", container.Sh("cat /data/file; grep -q ' /data/sub ' /proc/self/mountinfo && echo yes"));
    }

    [Fact]
    public void A_relative_source_is_below_the_bundle()
    {
        Container container = NewContainer();
        Directory.CreateDirectory(Path.Combine(container.Bundle, "beside"));
        File.WriteAllText(Path.Combine(container.Bundle, "beside/file"), "beside\n");
        container.Config.Mount("/data", "bind", "beside", "bind");
        Assert.Equal("beside", container.Sh("cat /data/file"));
    }

    [Fact]
    public void A_relative_destination_is_below_the_root()
    {
        Container container = NewContainer();
        container.Config.Mount("data", "bind", Volume(), "bind");
        Assert.Equal("volume", container.Sh("cat /data/file"));
    }

    [Fact]
    public void An_absolute_link_in_the_image_leads_inside_the_image()
    {
        Container container = NewContainer();
        File.CreateSymbolicLink(container.Inside("link"), "/real");
        Directory.CreateDirectory(container.Inside("real"));
        container.Config.Mount("/link/sub", "bind", Volume(), "bind");
        Assert.Equal("volume", container.Sh("cat /real/sub/file"));
        Assert.False(Directory.Exists("/real"));
    }

    [Fact]
    public void A_link_that_climbs_out_of_the_image_stays_inside()
    {
        Container container = NewContainer();
        string outside = Volume("outside");
        File.CreateSymbolicLink(container.Inside("link"), "../../../../../../" + outside);
        container.Config.Mount("/link", "tmpfs", "tmpfs");
        container.Run();
        Assert.Equal("outside\n", File.ReadAllText(Path.Combine(outside, "file")));
        Assert.DoesNotContain(MountInfo.Read("self"), m => m.MountPoint == outside);
    }

    [Fact]
    public void A_source_that_does_not_exist_is_refused_by_name()
    {
        Container container = NewContainer("true");
        container.Config.Mount("/data", "bind", "/no/such/volume", "bind");
        container.Create().Fails(1, "/no/such/volume", "no such file or directory");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_file_system_type_that_does_not_exist_is_refused_by_name()
    {
        Container container = NewContainer("true");
        container.Config.Mount("/data", "nosuchfs", "none");
        container.Create().Fails(1, "nosuchfs");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_directory_cannot_be_bound_over_a_file()
    {
        Container container = NewContainer("true");
        container.Config.Mount("/etc/passwd", "bind", Volume(), "bind");
        container.Create().Fails(1, "/etc/passwd");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Rbind_brings_the_mounts_below_and_bind_does_not()
    {
        string volume = Volume();
        Directory.CreateDirectory(volume + "/sub");
        Scratch.Host("mount", "-t", "tmpfs", "inner", volume + "/sub").Ok();
        Scratch.OnClose(() => Libc.umount2(volume + "/sub", 2));
        Container container = NewContainer();
        container.Config.Mount("/with", "bind", volume, "rbind").Mount("/without", "bind", volume, "bind");
        Assert.Equal("yes\nno", container.Sh("for d in with without; do grep -q \" /$d/sub \" /proc/self/mountinfo && echo yes || echo no; done"));
    }

    [Fact]
    public void Remount_changes_an_earlier_mount()
    {
        Container container = NewContainer();
        container.Config.Mount("/data", "tmpfs", "tmpfs", "size=1m").Mount("/data", "tmpfs", "tmpfs", "remount", "ro");
        string text = container.MountInfoInside();
        Assert.Single(MountInfo.Parse(text), m => m.MountPoint == "/data");
        Assert.True(MountInfo.At(text, "/data").Has("ro"));
    }

    [Fact]
    public void Tmpcopyup_copies_what_the_image_has_at_that_place()
    {
        Container container = NewContainer();
        Directory.CreateDirectory(container.Inside("var/lib/deep"));
        File.WriteAllText(container.Inside("var/lib/deep/file"), "kept\n");
        File.CreateSymbolicLink(container.Inside("var/lib/link"), "deep/file");
        File.SetUnixFileMode(container.Inside("var/lib/deep/file"), (UnixFileMode)0x1a0);
        Libc.chown(container.Inside("var/lib/deep/file"), 1000, 2000);
        container.Config.Capabilities("CAP_DAC_OVERRIDE").Mount("/var/lib", "tmpfs", "tmpfs", "tmpcopyup", "mode=755");
        Assert.Equal("kept\ntmpfs\n640 1000 2000", container.Sh("cat /var/lib/link; stat -f -c %T /var/lib; stat -c '%a %u %g' /var/lib/deep/file; echo new >/var/lib/deep/file"));
        Assert.Equal("kept\n", File.ReadAllText(container.Inside("var/lib/deep/file")));
    }

    [Fact]
    public void An_idmapped_bind_mount_shows_mapped_owners()
    {
        string volume = Volume();
        Libc.chown(Path.Combine(volume, "file"), 1000, 1000);
        Container container = NewContainer();
        container.Config.Append("mounts", $$"""
            {"destination":"/data","type":"bind","source":"{{volume}}","options":["bind","idmap"],
             "uidMappings":[{"containerID":1000,"hostID":5000,"size":10}],"gidMappings":[{"containerID":1000,"hostID":6000,"size":10}]}
            """);
        Assert.Equal("5000:6000", container.Sh("stat -c %u:%g /data/file"));
    }

    [Fact]
    public void A_recursively_idmapped_bind_mount_maps_the_mounts_below()
    {
        Surroundings.NeedIdMappedTmpfs();
        string volume = Volume();
        Directory.CreateDirectory(volume + "/sub");
        Scratch.Host("mount", "-t", "tmpfs", "inner", volume + "/sub").Ok();
        Scratch.OnClose(() => Libc.umount2(volume + "/sub", 2));
        File.WriteAllText(volume + "/sub/file", "x");
        Libc.chown(volume + "/sub/file", 1000, 1000);
        Container container = NewContainer();
        container.Config.Append("mounts", $$"""
            {"destination":"/data","type":"bind","source":"{{volume}}","options":["rbind","ridmap"],
             "uidMappings":[{"containerID":1000,"hostID":5000,"size":10}],"gidMappings":[{"containerID":1000,"hostID":6000,"size":10}]}
            """);
        Assert.Equal("5000:6000", container.Sh("stat -c %u:%g /data/sub/file"));
    }

    [Fact]
    public void An_overlay_can_be_a_mount()
    {
        Container container = NewContainer();
        string lower = Volume("lower"), upper = Volume("upper");
        Directory.CreateDirectory(Path.Combine(Scratch.Directory, "work"));
        File.WriteAllText(Path.Combine(lower, "only-lower"), "below\n");
        container.Config.Mount("/data", "overlay", "overlay", $"lowerdir={lower}", $"upperdir={upper}", $"workdir={Scratch.Directory}/work");
        Assert.Equal("upper\nbelow", container.Sh("cat /data/file /data/only-lower; echo new >/data/new"));
        Assert.True(File.Exists(Path.Combine(upper, "new")));
    }

    [Fact]
    public void Hundreds_of_mounts_work()
    {
        Container container = NewContainer();
        string volume = Volume();
        for (int i = 0; i < 300; i++)
            container.Config.Mount($"/m/{i}", "bind", volume, "bind", "ro");
        Assert.Equal("300", container.Sh("grep -c ' /m/' /proc/self/mountinfo"));
    }

    [Fact]
    public void A_path_of_the_longest_length_works()
    {
        string name = new('n', 250);
        string deep = "/" + string.Join('/', Enumerable.Repeat(name, 10));
        Container container = NewContainer();
        container.Config.Mount(deep, "tmpfs", "tmpfs");
        container.Sh("mount | grep -q nnnn");
    }

    [Fact]
    public void Names_with_spaces_and_other_letters_work()
    {
        string volume = Volume("vol ume\\ ü\n");
        Container container = NewContainer();
        container.Config.Mount("/da ta ü", "bind", volume, "bind");
        Assert.Contains("vol ume", container.Sh("cat '/da ta ü/file'"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cgroup_mount_shows_the_hierarchies_read_only()
    {
        Container container = NewContainer();
        container.Config.Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro");
        if (Surroundings.IsUnified)
            container.Config.Namespace("cgroup");
        string pids = Surroundings.IsUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids";
        string output = container.Sh($"cat {pids}/cgroup.procs | head -n 1; (mkdir {pids}/x) 2>/dev/null || echo ro");
        Assert.EndsWith("ro", output, StringComparison.Ordinal);
        Assert.StartsWith("1\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cgroup_mount_in_a_cgroup_namespace_has_the_containers_cgroup_as_root()
    {
        Container container = NewContainer();
        container.Config.Namespace("cgroup").Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "ro")
            .Set("linux.resources.pids", """{"limit":77}""");
        Assert.Equal("77", container.Sh($"cat /sys/fs/cgroup/{(Surroundings.IsUnified ? "" : "pids/")}pids.max"));
    }

    [Fact]
    public void Mqueue_shm_devpts_and_sysfs_are_of_their_types()
    {
        string text = NewContainer().MountInfoInside();
        Assert.Equal("proc", MountInfo.At(text, "/proc").Type);
        Assert.Equal("devpts", MountInfo.At(text, "/dev/pts").Type);
        Assert.Equal("mqueue", MountInfo.At(text, "/dev/mqueue").Type);
        Assert.Equal("tmpfs", MountInfo.At(text, "/dev/shm").Type);
        Assert.Equal("sysfs", MountInfo.At(text, "/sys").Type);
        Assert.True(MountInfo.At(text, "/sys").Has("ro"));
    }

    [Fact]
    public void No_mount_of_the_host_is_visible_inside()
    {
        string text = NewContainer().MountInfoInside();
        Assert.DoesNotContain(MountInfo.Parse(text), m => m.MountPoint.Contains("coffer-test", StringComparison.Ordinal));
        Assert.Single(MountInfo.Parse(text), m => m.MountPoint == "/");
    }

    [Fact]
    public void Mounts_of_the_container_are_not_seen_by_the_host()
    {
        Container container = NewContainer();
        container.Config.Mount("/data", "tmpfs", "tmpfs");
        container.Running();
        Assert.DoesNotContain(MountInfo.Read("self"), m => m.MountPoint.StartsWith(container.Rootfs, StringComparison.Ordinal));
    }
}
