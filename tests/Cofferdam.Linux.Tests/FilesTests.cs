using System.Text;

namespace Cofferdam.Linux.Tests;

public sealed class FilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Open_names_the_path_and_the_errno()
    {
        LinuxException failure = Assert.Throws<LinuxException>(() => Files.Open("/nonexistent/file", OpenFlags.ReadOnly));
        Assert.Equal(Errno.ENOENT, failure.Errno);
        Assert.StartsWith("open '/nonexistent/file': ENOENT", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_descriptor_is_close_on_exec()
    {
        using OwnedFd file = Files.Open("/dev/null", OpenFlags.ReadOnly);
        using OwnedFd directory = _directory.Open();
        using OwnedFd copy = Files.Duplicate(file);
        using OwnedFd memfd = Memfds.Create("test");
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        (OwnedFd first, OwnedFd second) = UnixSockets.SeqPacketPair();
        foreach (OwnedFd fd in new[] { file, directory, copy, memfd, read, write, first, second })
        {
            Assert.True(IsCloseOnExec(fd));
        }

        foreach (OwnedFd fd in new[] { read, write, first, second }) fd.Dispose();
    }

    [Fact]
    public void Directory_and_nofollow_mean_what_they_say()
    {
        Files.Symlink("/etc", null, _directory["link"]);
        Assert.False(Files.TryOpen(_directory["link"], OpenFlags.NoFollow, out _, out Errno errno));
        Assert.Equal(Errno.ELOOP, errno);
        Assert.False(Files.TryOpen("/etc/passwd", OpenFlags.Directory, out _, out errno));
        Assert.Equal(Errno.ENOTDIR, errno);
    }

    [Fact]
    public void A_path_with_a_NUL_is_refused_before_the_kernel_sees_its_first_half()
    {
        LinuxException failure = Assert.Throws<LinuxException>(() => Files.Open("/etc/passwd\0.txt", OpenFlags.ReadOnly));
        Assert.Equal(Errno.EINVAL, failure.Errno);
        Assert.Contains("'/etc/passwd\\0.txt'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenAt2_in_root_does_not_leave_by_links_or_dots()
    {
        Files.Mkdir(null, _directory["etc"], 0x1ed);
        File.WriteAllText(_directory["etc/passwd"], "inside");
        Files.Symlink("/etc/passwd", null, _directory["absolute"]);
        Files.Symlink("../../../../etc/passwd", null, _directory["relative"]);
        using OwnedFd root = _directory.Open();
        foreach (string path in new[] { "absolute", "relative", "../../etc/passwd" })
        {
            using OwnedFd file = Files.OpenAt2(root, path, OpenFlags.ReadOnly, ResolveFlags.InRoot | ResolveFlags.NoMagicLinks);
            Assert.Equal("inside", Encoding.UTF8.GetString(Files.ReadAll(file)));
            Assert.False(Files.TryOpenAt2(root, path, OpenFlags.ReadOnly, ResolveFlags.Beneath | ResolveFlags.NoSymlinks, out _, out Errno errno));
            Assert.True(errno is Errno.ELOOP or Errno.EXDEV);
        }
    }

    [Fact]
    public void ReadAll_reads_files_without_a_size_and_holds_its_limit()
    {
        Assert.True(Files.ReadAll("/proc/self/maps").Length > 4096);
        File.WriteAllBytes(_directory["big"], new byte[5001]);
        Assert.Equal(5001, Files.ReadAll(_directory["big"], 5001).Length);
        Assert.Equal(Errno.EFBIG, Assert.Throws<LinuxException>(() => Files.ReadAll(_directory["big"], 5000)).Errno);
        Assert.Equal(Errno.EISDIR, Assert.Throws<LinuxException>(() => Files.ReadAll(_directory.Path)).Errno);
    }

    [Fact]
    public void Write_leaves_absent_files_absent()
    {
        Assert.Equal(Errno.ENOENT, Assert.Throws<LinuxException>(() => Files.Write(_directory["no"], "1")).Errno);
        Assert.False(Files.Exists(_directory["no"]));
    }

    [Fact]
    public void MkdirAll_makes_missing_parents_and_accepts_existing_ones()
    {
        Files.MkdirAll(_directory["a/b/c/"], 0x1c0);
        Files.MkdirAll(_directory["a/b/c"], 0x1c0);
        Assert.Equal(FileType.Directory, Files.Stat(_directory["a/b/c"]).Type);
        Assert.Equal(0x1c0, Files.Stat(_directory["a/b"]).Permissions);
        File.WriteAllText(_directory["file"], "");
        Assert.Equal(Errno.ENOTDIR, Assert.Throws<LinuxException>(() => Files.MkdirAll(_directory["file/x"], 0x1c0)).Errno);
        Assert.Equal(Errno.EEXIST, Assert.Throws<LinuxException>(() => Files.MkdirAll(_directory["file"], 0x1c0)).Errno);
    }

    [Fact]
    public void Stat_tells_type_owner_size_and_device()
    {
        FileStatus nothing = Files.Stat("/dev/null");
        Assert.Equal((FileType.CharacterDevice, 1u, 3u), (nothing.Type, nothing.DeviceMajor, nothing.DeviceMinor));
        File.WriteAllText(_directory["f"], "12345");
        using OwnedFd file = Files.Open(_directory["f"], OpenFlags.Path);
        FileStatus status = Files.Stat(file);
        Assert.Equal((FileType.Regular, 5L, Processes.EffectiveUid), (status.Type, status.Size, status.Uid));
        Assert.True(status.IsSameFile(Files.Stat(_directory["f"])));
        Assert.False(status.IsSameFile(Files.Stat(_directory.Path)));
        Assert.NotEqual(0ul, status.MountId);
    }

    [Fact]
    public void ReadDirectory_lists_every_name_once()
    {
        HashSet<string> expected = [];
        for (int i = 0; i < 1000; i++)
        {
            string name = $"a-rather-long-name-{i:D5}";
            File.WriteAllText(_directory[name], "");
            expected.Add(name);
        }

        IReadOnlyList<DirectoryEntry> entries = Files.ReadDirectory(_directory.Path);
        Assert.Equal(1000, entries.Count);
        Assert.Equal(expected, entries.Select(e => e.Name).ToHashSet());
    }

    [Fact]
    public void Rename_without_replacing_keeps_what_was_there()
    {
        File.WriteAllText(_directory["a"], "a");
        File.WriteAllText(_directory["b"], "b");
        LinuxException failure = Assert.Throws<LinuxException>(() => Files.Rename(null, _directory["a"], null, _directory["b"], replace: false));
        Assert.Equal(Errno.EEXIST, failure.Errno);
        Files.Rename(null, _directory["a"], null, _directory["b"]);
        Assert.Equal("a", Files.ReadText(_directory["b"]));
    }

    [Fact]
    public void A_lock_excludes_another_open_file_until_it_is_closed()
    {
        OwnedFd holder = Files.Open(_directory["lock"], OpenFlags.Create | OpenFlags.ReadWrite, 0x180);
        using OwnedFd other = Files.Open(_directory["lock"], OpenFlags.ReadWrite);
        Files.Lock(holder);
        Assert.False(Files.TryLock(other));
        holder.Dispose();
        Assert.True(Files.TryLock(other));
    }

    [Fact]
    public void A_fifo_and_a_device_number_are_made_as_asked()
    {
        Files.MakeFifo(null, _directory["fifo"], 0x180);
        Assert.Equal(FileType.Fifo, Files.Stat(_directory["fifo"]).Type);
        if (Processes.EffectiveUid != 0) Assert.Skip("mknod needs root");
        Files.Mknod(null, _directory["device"], FileType.CharacterDevice, 0x180, 4093, 1048570);
        FileStatus device = Files.Stat(_directory["device"]);
        Assert.Equal((4093u, 1048570u), (device.DeviceMajor, device.DeviceMinor));
    }

    [Fact]
    public void A_sealed_memfd_cannot_be_written()
    {
        using OwnedFd memfd = Memfds.Create("sealed", sealable: true);
        Files.WriteAll(memfd, "content"u8);
        Memfds.Seal(memfd);
        Assert.Equal(Errno.EPERM, Assert.Throws<LinuxException>(() => Files.WriteAll(memfd, "x"u8)).Errno);
    }

    [Fact]
    public void Only_what_has_an_end_is_moved_to_it()
    {
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        using (read)
        using (write)
            Assert.False(Files.TrySeekEnd(read));
        using OwnedFd memfd = Memfds.Create("ends", sealable: false);
        Assert.True(Files.TrySeekEnd(memfd));
    }

    private static bool IsCloseOnExec(OwnedFd fd)
    {
        string flags = Files.ReadText($"/proc/self/fdinfo/{fd.Fd}").Split('\n').Single(l => l.StartsWith("flags:", StringComparison.Ordinal));
        return (Convert.ToInt32(flags[6..].Trim(), 8) & 0x80000) != 0;
    }
}
