namespace Cofferdam.Linux.Tests;

public sealed class MountsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_mount_is_made_seen_and_taken_away() => PrivateThread.RunIn(NamespaceFlags.Mount, () =>
    {
        string target = Target("with space\nand\\more");
        Mounts.Mount("some source", target, "tmpfs", MountFlags.NoSuid | MountFlags.NoDev, "size=64k,mode=0711");
        MountInfo mount = Find(target);
        Assert.Equal(("tmpfs", "some source"), (mount.FsType, mount.Source));
        Assert.Contains("nosuid,nodev", mount.Options, StringComparison.Ordinal);
        Assert.True(mount.HasSuperOption("size=64k"));
        Mounts.Unmount(target, UnmountFlags.Detach);
        Assert.False(Mounts.TryUnmount(target, UnmountFlags.None, out Errno errno));
        Assert.Equal(Errno.EINVAL, errno);
    });

    [Fact]
    public void A_file_system_is_created_detached_and_attached_by_descriptor() => PrivateThread.RunIn(NamespaceFlags.Mount, () =>
    {
        string target = Target("tmp");
        using OwnedFd mount = Mounts.Create("tmpfs", MountAttributes.NoExec, ("size", "128k"), ("source", "ours"));
        using (OwnedFd place = Files.Open(target, OpenFlags.Path | OpenFlags.Directory)) Mounts.Attach(mount, place, target);
        MountInfo made = Find(target);
        Assert.Equal("ours", made.Source);
        Assert.Contains("noexec", made.Options, StringComparison.Ordinal);
        Mounts.SetAttributes(mount, MountAttributes.ReadOnly, MountAttributes.NoExec, recursive: true, MountFlags.Shared);
        made = Find(target);
        Assert.StartsWith("ro", made.Options, StringComparison.Ordinal);
        Assert.DoesNotContain("noexec", made.Options, StringComparison.Ordinal);
        Assert.True(made.IsShared);
    });

    [Fact]
    public void A_copy_of_a_mount_shows_the_same_files() => PrivateThread.RunIn(NamespaceFlags.Mount, () =>
    {
        string source = Target("source"), target = Target("target");
        File.WriteAllText(source + "/file", "x");
        using OwnedFd copy = Mounts.Clone(null, source, recursive: false);
        using (OwnedFd place = Files.Open(target, OpenFlags.Path | OpenFlags.Directory)) Mounts.Attach(copy, place);
        Assert.True(Files.Stat(source + "/file").IsSameFile(Files.Stat(target + "/file")));
        Assert.NotEqual(Files.Stat(source + "/file").MountId, Files.Stat(target + "/file").MountId);
    });

    [Fact]
    public void FileTree_does_not_enter_a_mount_that_was_left_behind() => PrivateThread.RunIn(NamespaceFlags.Mount, () =>
    {
        string precious = Target("precious"), tree = Target("tree");
        File.WriteAllText(precious + "/file", "x");
        Files.Mkdir(null, tree + "/mounted", 0x1c0);
        Mounts.Mount(precious, tree + "/mounted", null, MountFlags.Bind);
        LinuxException failure = Assert.Throws<LinuxException>(() => FileTree.Remove(null, tree));
        Assert.True(failure.Errno is Errno.EXDEV or Errno.EBUSY, failure.Message);
        Assert.True(Files.Exists(precious + "/file"));
    });

    [Fact]
    public void The_kernel_tells_which_option_it_refused() => PrivateThread.RunIn(NamespaceFlags.Mount, () =>
    {
        LinuxException failure = Assert.Throws<LinuxException>(() => Mounts.Create("tmpfs", MountAttributes.None, ("colour", "red")));
        Assert.StartsWith("fsconfig 'tmpfs' on 'colour': EINVAL (invalid argument) (hint: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Errno.ENODEV, Assert.Throws<LinuxException>(() => Mounts.Create("nosuchfs", MountAttributes.None)).Errno);
    });

    [Fact]
    public void A_refused_mount_names_source_and_target()
    {
        LinuxException failure = Assert.Throws<LinuxException>(() => Mounts.Mount("proc", "/nonexistent", "proc", MountFlags.None));
        Assert.StartsWith("mount 'proc' on '/nonexistent': ", failure.Message, StringComparison.Ordinal);
    }

    private static MountInfo Find(string target) => MountTable.Parse(Files.ReadAll("/proc/thread-self/mountinfo")).Last(m => m.MountPoint == target);

    private string Target(string name)
    {
        Files.Mkdir(null, _directory[name], 0x1c0);
        return _directory[name];
    }
}
