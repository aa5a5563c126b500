using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

/// <summary>Every option of the specification's table, read back from mountinfo inside.</summary>
public sealed class MountOptionTests : BlackBoxTest
{
    /// <summary>The option, what mountinfo then shows, and what it does not.</summary>
    [Theory]
    [InlineData("ro", "ro", "rw")]
    [InlineData("rw", "rw", "ro")]
    [InlineData("ro,rw", "rw", "ro")]
    [InlineData("nosuid", "nosuid", "")]
    [InlineData("nosuid,suid", "", "nosuid")]
    [InlineData("nodev", "nodev", "")]
    [InlineData("nodev,dev", "", "nodev")]
    [InlineData("noexec", "noexec", "")]
    [InlineData("noexec,exec", "", "noexec")]
    [InlineData("noatime", "noatime", "relatime")]
    [InlineData("noatime,atime", "", "noatime")]
    [InlineData("nodiratime", "nodiratime", "")]
    [InlineData("nodiratime,diratime", "", "nodiratime")]
    [InlineData("relatime", "relatime", "noatime")]
    [InlineData("norelatime", "", "noatime")]
    [InlineData("strictatime", "", "relatime")]
    [InlineData("nostrictatime", "", "noatime")]
    [InlineData("nosymfollow", "nosymfollow", "")]
    [InlineData("nosymfollow,symfollow", "", "nosymfollow")]
    [InlineData("defaults", "rw", "nosuid")]
    [InlineData("ro,nosuid,nodev,noexec,noatime", "ro nosuid nodev noexec noatime", "relatime")]
    public void A_tmpfs_has_the_attribute(string options, string present, string absent) => Check("tmpfs", "tmpfs", options, present, absent);

    [Theory]
    [InlineData("sync", "sync", "")]
    [InlineData("sync,async", "", "sync")]
    [InlineData("dirsync", "dirsync", "")]
    [InlineData("lazytime", "lazytime", "")]
    [InlineData("lazytime,nolazytime", "", "lazytime")]
    [InlineData("size=1048576", "size=1024k", "")]
    [InlineData("mode=711", "mode=711", "")]
    [InlineData("mand", "", "")]
    [InlineData("nomand", "", "")]
    [InlineData("iversion", "", "")]
    [InlineData("noiversion", "", "")]
    [InlineData("silent", "", "")]
    [InlineData("loud", "", "")]
    public void A_file_system_has_the_option(string options, string present, string absent)
    {
        Container container = NewContainer();
        container.Config.Mount("/mnt", "tmpfs", "tmpfs", options.Split(','));
        MountInfo mount = MountInfo.At(container.MountInfoInside(), "/mnt");
        string[] all = mount.SuperOptions.Split(',');
        Assert.All(present.Split(' ', StringSplitOptions.RemoveEmptyEntries), p => Assert.Contains(p, all));
        Assert.All(absent.Split(' ', StringSplitOptions.RemoveEmptyEntries), a => Assert.DoesNotContain(a, all));
    }

    [Theory]
    [InlineData("bind", "rw", "ro")]
    [InlineData("bind,ro", "ro", "rw")]
    [InlineData("rbind,ro", "ro", "rw")]
    [InlineData("bind,nosuid,nodev,noexec", "nosuid nodev noexec rw", "")]
    [InlineData("bind,ro,nosuid,nodev,noexec,noatime", "ro nosuid nodev noexec noatime", "relatime")]
    [InlineData("bind,nodiratime", "nodiratime", "")]
    [InlineData("bind,nosymfollow", "nosymfollow", "")]
    [InlineData("bind,ro,private", "ro", "rw")]
    public void A_bind_mount_has_the_attribute(string options, string present, string absent) => Check("bind", VolumeWithFile(), options, present, absent);

    [Theory]
    [InlineData("rro", "ro", "ro")]
    [InlineData("rnosuid", "nosuid", "nosuid")]
    [InlineData("rnodev", "nodev", "nodev")]
    [InlineData("rnoexec", "noexec", "noexec")]
    [InlineData("rnoatime", "noatime", "noatime")]
    [InlineData("rnodiratime", "nodiratime", "nodiratime")]
    [InlineData("rrelatime", "relatime", "relatime")]
    [InlineData("rnosymfollow", "nosymfollow", "nosymfollow")]
    [InlineData("ro", "ro", "")]
    public void A_recursive_attribute_reaches_the_mounts_below(string option, string above, string below)
    {
        (MountInfo outer, MountInfo inner) = Nested(["rbind", option]);
        Assert.True(outer.Has(above), $"{outer}");
        if (below.Length > 0)
            Assert.True(inner.Has(below), $"{inner}");
        else
            Assert.False(inner.Has(above), $"{inner}");
    }

    [Theory]
    [InlineData("rrw", "ro")]
    [InlineData("rsuid", "nosuid")]
    [InlineData("rdev", "nodev")]
    [InlineData("rexec", "noexec")]
    [InlineData("rdiratime", "nodiratime")]
    [InlineData("rsymfollow", "nosymfollow")]
    [InlineData("rstrictatime", "relatime")]
    public void A_recursive_attribute_can_be_cleared(string option, string cleared)
    {
        (MountInfo outer, MountInfo inner) = Nested(["rbind", option], cleared);
        Assert.False(outer.Has(cleared), $"{outer}");
        Assert.False(inner.Has(cleared), $"{inner}");
    }

    [Theory]
    [InlineData("private", "")]
    [InlineData("rprivate", "")]
    [InlineData("shared", "shared:")]
    [InlineData("rshared", "shared:")]
    [InlineData("slave", "")]
    [InlineData("rslave", "")]
    [InlineData("unbindable", "unbindable")]
    [InlineData("runbindable", "unbindable")]
    public void A_mount_has_the_propagation(string option, string shown)
    {
        Container container = NewContainer();
        container.Config.Mount("/mnt", "bind", VolumeWithFile(), "bind", option);
        MountInfo mount = MountInfo.At(container.MountInfoInside(), "/mnt");
        if (shown.Length == 0)
            Assert.DoesNotContain("shared:", mount.Propagation, StringComparison.Ordinal);
        else
            Assert.Contains(shown, mount.Propagation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slave_mount_receives_what_the_host_mounts_later()
    {
        string volume = VolumeWithFile();
        MakeShared(volume);
        Container container = NewContainer();
        container.Config.Set("linux.rootfsPropagation", "\"rslave\"").Mount("/mnt", "bind", volume, "rbind", "rslave");
        container.Running();
        Scratch.Host("mount", "-t", "tmpfs", "late", volume + "/sub").Ok();
        Scratch.OnClose(() => Libc.umount2(volume + "/sub", 2));
        Assert.Contains(MountInfo.Parse(container.ExecSh("cat /proc/self/mountinfo")), m => m.MountPoint == "/mnt/sub");
    }

    [Fact]
    public void A_private_mount_does_not_receive_what_the_host_mounts_later()
    {
        string volume = VolumeWithFile();
        MakeShared(volume);
        Container container = NewContainer();
        container.Config.Mount("/mnt", "bind", volume, "rbind", "rprivate");
        container.Running();
        Scratch.Host("mount", "-t", "tmpfs", "late", volume + "/sub").Ok();
        Scratch.OnClose(() => Libc.umount2(volume + "/sub", 2));
        Assert.DoesNotContain(MountInfo.Parse(container.ExecSh("cat /proc/self/mountinfo")), m => m.MountPoint == "/mnt/sub");
    }

    [Fact]
    public void An_unknown_option_goes_to_the_file_system_which_refuses_it()
    {
        Container container = NewContainer("true");
        container.Config.Mount("/mnt", "tmpfs", "tmpfs", "no_such_option=3");
        container.Create().Fails(1, "/mnt");
        Assert.Empty(Scratch.LeaksNow());
    }

    private void Check(string type, string source, string options, string present, string absent)
    {
        Container container = NewContainer();
        container.Config.Mount("/mnt", type, source, options.Split(','));
        MountInfo mount = MountInfo.At(container.MountInfoInside(), "/mnt");
        Assert.All(present.Split(' ', StringSplitOptions.RemoveEmptyEntries), p => Assert.True(mount.Has(p), $"no '{p}' in {mount}"));
        Assert.All(absent.Split(' ', StringSplitOptions.RemoveEmptyEntries), a => Assert.False(mount.Has(a), $"'{a}' in {mount}"));
    }

    private string VolumeWithFile()
    {
        string volume = Path.Combine(Scratch.Directory, "volume");
        Directory.CreateDirectory(volume + "/sub");
        File.WriteAllText(volume + "/file", "content\n");
        return volume;
    }

    private void MakeShared(string volume)
    {
        Scratch.Host("mount", "--bind", volume, volume).Ok();
        Scratch.OnClose(() => Libc.umount2(volume, 2));
        Scratch.Host("mount", "--make-shared", volume).Ok();
    }

    /// <summary>A volume with a mount below, bound into a container; both mounts as seen inside.</summary>
    private (MountInfo Outer, MountInfo Inner) Nested(string[] options, string already = "")
    {
        string volume = Path.Combine(Scratch.Directory, "volume");
        Directory.CreateDirectory(volume);
        Scratch.Host("mount", "-t", "tmpfs", "-o", "mode=755", "outer", volume).Ok();
        Scratch.OnClose(() => Libc.umount2(volume, 2));
        Directory.CreateDirectory(volume + "/sub");
        Scratch.Host("mount", "-t", "tmpfs", "-o", "mode=755", "inner", volume + "/sub").Ok();
        Scratch.OnClose(() => Libc.umount2(volume + "/sub", 2));
        if (already.Length > 0)
        {
            Scratch.Host("mount", "-o", "remount,bind," + already, volume).Ok();
            Scratch.Host("mount", "-o", "remount,bind," + already, volume + "/sub").Ok();
        }
        Container container = NewContainer();
        container.Config.Mount("/mnt", "bind", volume, options);
        string text = container.MountInfoInside();
        return (MountInfo.At(text, "/mnt"), MountInfo.At(text, "/mnt/sub"));
    }
}
