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
        using Wire.TaskConnection shim = made.Started();
        Wire.TtrpcReply reply = shim.Call("Create", made.CreateRequest()
            .Message(3, new Wire.ProtobufMessage().Text(1, "overlay").Text(2, "overlay").Text(4, "lowerdir=/no/such/layer")));
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
