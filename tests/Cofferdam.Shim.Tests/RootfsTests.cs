using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

public sealed class RootfsTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    private const string Image = "example.org/busybox:test";

    [Theory]
    [InlineData("overlayfs")]
    [InlineData("native")]
    public void An_image_runs_on_a_snapshot_that_the_shim_mounts(string snapshotter)
    {
        Import(snapshotter);
        ShimContainer container = FromImage("--snapshotter", snapshotter);
        container.Detached("sh", "-c", "echo $FROM >/written; exec sleep 1000").Ok();
        string rootfs = Path.Combine(container.Bundle, "rootfs");
        Eventually.True(() => File.Exists(Path.Combine(rootfs, "written")) && File.ReadAllText(Path.Combine(rootfs, "written")) == "image\n", "the program writes into its root");
        Assert.Contains(MountInfo.Read("self"), m => m.MountPoint == rootfs);
        container.Kill("SIGKILL").Ok();
        container.DeletedWith(137);
        Assert.DoesNotContain(MountInfo.Read("self"), m => m.MountPoint == rootfs);
    }

    [Fact]
    public void The_command_of_the_image_is_the_default()
    {
        Import("overlayfs");
        Assert.Equal("from the image", FromImage().Run().Ok().Output);
    }

    [Fact]
    public void What_a_container_wrote_is_not_in_the_next()
    {
        Import("overlayfs");
        FromImage().Run("sh", "-c", "echo x >/written").Ok();
        FromImage().Run("test", "-e", "/written").Exits(1);
    }

    [Fact]
    public void A_read_only_root_is_read_only()
    {
        Import("overlayfs");
        CommandResult result = FromImage("--read-only").Run("touch", "/written");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("Read-only", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_that_cannot_be_mounted_is_refused_and_nothing_stays()
    {
        using var made = new HandMadeShim(this, "a");
        using TaskConnection shim = made.Started();
        TtrpcReply reply = shim.Call("Create", made.CreateRequest().Message(3, Mount("overlay", "overlay", "lowerdir=/no/such/layer")));
        Assert.NotEqual(0, reply.Code);
        Assert.DoesNotContain(MountInfo.Read("self"), m => m.MountPoint.StartsWith(made.Bundle, StringComparison.Ordinal));
        shim.Call("Create", made.CreateRequest()).Ok();
    }

    /// <summary>With such maps ctr 1.6 sends options, of another kind to every runtime but runc's.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("io.containerd.runc.v2")]
    public void The_users_of_a_container_can_be_mapped(string? runtime)
    {
        Import("overlayfs");
        ShimContainer container = FromImage("--uidmap", "0:100000:65536", "--gidmap", "0:100000:65536");
        container.Runtime = runtime ?? container.Runtime;
        container.Detached("sh", "-c", "id -u >/written; exec sleep 1000").Ok();
        Assert.Equal("100000", Processes.Status(container.Pid, "Uid").Split('\t')[0]);
        Assert.Equal("0 0", container.Exec("stat", "-c", "%u %g", "/bin/busybox").Ok().Output);
        Assert.Equal("0", container.Exec("cat", "/written").Ok().Output);
    }

    /// <summary>What the snapshotters blockfile and erofs give.</summary>
    [Fact]
    public void A_file_with_a_file_system_can_be_the_root()
    {
        using var made = new HandMadeShim(this, "a");
        string image = FileSystem();
        Write(made, Mount("ext4", image, "loop", "rw"), "echo hello >/written; cat /written");
        Assert.Equal("", Host("losetup", "-j", image).Ok().Output);
        // The same file, and what was written is in it.
        Assert.Equal("hello\n", Write(made, Mount("ext4", image, "ro", "loop"), "cat /written; touch /again 2>/dev/null || true"));
    }

    [Fact]
    public void The_owners_in_such_a_file_can_be_mapped()
    {
        using var made = new HandMadeShim(this, "a");
        made.Config.UserNamespace();
        const string map = "0:100000:65536";
        Assert.Equal("0 0\n", Write(made, Mount("ext4", FileSystem(), "loop", "uidmap=" + map, "gidmap=" + map), "stat -c '%u %g' /bin/busybox"));
    }

    [Fact]
    public void A_file_system_in_user_space_can_be_the_root()
    {
        Assert.SkipUnless(Host("sh", "-c", "command -v mount.fuse3 && command -v fuse-overlayfs").ExitCode == 0, "needs fuse3 and fuse-overlayfs");
        using var made = new HandMadeShim(this, "a");
        string upper = Path.Combine(Folder, "upper"), work = Path.Combine(Folder, "work");
        Directory.CreateDirectory(upper);
        Directory.CreateDirectory(work);
        Write(made, Mount("fuse3.fuse-overlayfs", "overlay", $"lowerdir={Rootfs}", $"upperdir={upper}", $"workdir={work}"), "echo hello >/written");
        Assert.Equal("hello\n", File.ReadAllText(Path.Combine(upper, "written")));
    }

    [Fact]
    public void A_file_system_in_user_space_that_fails_says_why()
    {
        Assert.SkipUnless(Host("sh", "-c", "command -v mount.fuse3 && command -v fuse-overlayfs").ExitCode == 0, "needs fuse3 and fuse-overlayfs");
        using var made = new HandMadeShim(this, "a");
        using TaskConnection shim = made.Started();
        shim.Call("Create", made.CreateRequest().Message(3, Mount("fuse3.fuse-overlayfs", "overlay", "lowerdir=/no/such/layer"))).Fails(TtrpcReply.Unknown, "mount.fuse3");
    }

    [Fact]
    public void An_option_that_only_runtimes_know_is_the_file_systems()
    {
        using var made = new HandMadeShim(this, "a");
        using TaskConnection shim = made.Started();
        Assert.NotEqual(0, shim.Call("Create", made.CreateRequest().Message(3, Mount("tmpfs", "tmpfs", "tmpcopyup"))).Code);
    }

    /// <summary>For containerd <c>rw</c> only takes an earlier <c>ro</c> back.</summary>
    [Fact]
    public void A_bind_of_what_is_read_only_stays_so()
    {
        const ulong bind = 0x1000, remount = 0x20, readOnly = 1;
        string source = Path.Combine(Folder, "source");
        Directory.CreateDirectory(source);
        Libc.Check(Libc.mount(Rootfs, source, null, bind, null), "mount");
        Libc.Check(Libc.mount(null, source, null, bind | remount | readOnly, null), "mount");
        AfterRemoval(() => Libc.Check(Libc.umount2(source, 0), "umount"));
        using var made = new HandMadeShim(this, "a");
        Write(made, Mount("bind", source, "rbind", "rw"), "! touch /written 2>/dev/null");
    }

    /// <summary>Runs a script to its end on a root that the shim mounts.</summary>
    private string Write(HandMadeShim made, ProtobufMessage root, string script)
    {
        string log = Path.Combine(Folder, "log");
        File.Delete(log);
        made.Config.Args("sh", "-c", script);
        using TaskConnection shim = made.Started();
        shim.Call("Create", made.CreateRequest().Message(3, root).Text(6, $"file://{log}").Text(7, $"file://{log}.err")).Ok();
        shim.Call("Start", made.Id).Ok();
        Assert.Equal(0u, shim.Call("Wait", made.Id).Ok().Number(1));
        shim.Call("Delete", made.Id).Ok();
        Assert.DoesNotContain(MountInfo.Read("self"), m => m.MountPoint.StartsWith(made.Bundle, StringComparison.Ordinal));
        return File.ReadAllText(log);
    }

    private static ProtobufMessage Mount(string type, string source, params string[] options) =>
        options.Aggregate(new ProtobufMessage().Text(1, type).Text(2, source), (mount, option) => mount.Text(4, option));

    /// <summary>The test's root filesystem as a file.</summary>
    private string FileSystem()
    {
        string image = Path.Combine(Folder, "image.ext4");
        Host("mkfs.ext4", "-q", "-d", Rootfs, image, "32m").Ok();
        return image;
    }

    [Fact]
    public void Bind_mounts_of_the_host_are_seen()
    {
        File.WriteAllText(Path.Combine(Folder, "shared"), "from the host\n");
        ShimContainer container = NewContainer("--mount", $"type=bind,src={Path.Combine(Folder, "shared")},dst=/tmp/shared,options=rbind:ro");
        Assert.Equal("from the host", container.Run("cat", "/tmp/shared").Ok().Output);
    }

    /// <summary>The layer has to be unpacked for each snapshotter.</summary>
    private void Import(string snapshotter)
    {
        string archive = Path.Combine(Folder, "image.tar");
        OciArchive.Write(archive, Image, Rootfs);
        // The transfer service of containerd 2 unpacks for no snapshotter but its own.
        string[] local = ContainerdPrograms.Version.Major < 2 ? [] : ["--local"];
        Ctr(["images", "import", .. local, "--snapshotter", snapshotter, archive]).Ok();
        AfterRemoval(() => Ctr("images", "rm", Image).Ok());
    }

    private ShimContainer FromImage(params string[] options)
    {
        ShimContainer container = NewContainer(options);
        container.Image = Image;
        return container;
    }
}
