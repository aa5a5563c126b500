namespace Cofferdam.Linux.Tests;

public sealed class AtomicFileTests
{
    [Fact]
    public void Write_replaces_content_and_mode_and_leaves_nothing_else()
    {
        using TemporaryDirectory directory = new();
        using OwnedFd fd = Files.Open(directory.Path, OpenFlags.Directory);
        AtomicFile.Write(fd, "state.json", "one"u8, 0x1b6);
        AtomicFile.Write(fd, "state.json", "two"u8, 0x1a4, durable: true);
        Assert.Equal("two", Files.ReadText(directory["state.json"]));
        Assert.Equal(0x1a4, Files.Stat(directory["state.json"]).Permissions);
        Assert.Single(Files.ReadDirectory(directory.Path));
    }

    [Fact]
    public void Write_that_cannot_rename_removes_its_temporary_file()
    {
        using TemporaryDirectory directory = new();
        using OwnedFd fd = Files.Open(directory.Path, OpenFlags.Directory);
        Files.Mkdir(null, directory["state.json"], 0x1c0);
        Assert.Equal(Errno.EISDIR, Assert.Throws<LinuxException>(() => AtomicFile.Write(fd, "state.json", "x"u8, 0x180)).Errno);
        Assert.Single(Files.ReadDirectory(directory.Path));
    }

    [Fact]
    public void Readers_see_the_old_or_the_new_content_and_nothing_between()
    {
        using TemporaryDirectory directory = new();
        using OwnedFd fd = Files.Open(directory.Path, OpenFlags.Directory);
        byte[] a = new byte[20000], b = new byte[20000];
        Array.Fill(a, (byte)'a');
        Array.Fill(b, (byte)'b');
        AtomicFile.Write(fd, "f", a, 0x180);
        bool stop = false;
        Thread writer = new(() =>
        {
            for (int i = 0; !Volatile.Read(ref stop); i++) AtomicFile.Write(fd, "f", i % 2 == 0 ? b : a, 0x180);
        });
        writer.Start();
        for (int i = 0; i < 300; i++)
        {
            byte[] seen = Files.ReadAll(directory["f"]);
            Assert.Equal(20000, seen.Length);
            Assert.Equal(20000, seen.AsSpan().Count(seen[0]));
        }

        Volatile.Write(ref stop, true);
        writer.Join();
    }
}
