using System.Diagnostics;

namespace Cofferdam.Linux.Tests;

public sealed class FileTreeTests
{
    [Fact]
    public void Remove_takes_everything_and_follows_no_link()
    {
        using TemporaryDirectory directory = new();
        Files.MkdirAll(directory["tree/a/b"], 0x1ed);
        Files.Mkdir(null, directory["outside"], 0x1ed);
        File.WriteAllText(directory["outside/kept"], "x");
        Files.Symlink(directory["outside"], null, directory["tree/a/link"]);
        for (int i = 0; i < 500; i++) File.WriteAllText(directory[$"tree/a/b/{i}"], "");
        FileTree.Remove(null, directory["tree"]);
        Assert.False(Files.Exists(directory["tree"]));
        Assert.True(Files.Exists(directory["outside/kept"]));
    }

    [Fact]
    public void Remove_of_nothing_or_of_a_link_or_file_works()
    {
        using TemporaryDirectory directory = new();
        using OwnedFd fd = directory.Open();
        FileTree.Remove(fd, "absent");
        Files.Symlink("/etc", null, directory["link"]);
        FileTree.Remove(fd, "link");
        File.WriteAllText(directory["file"], "");
        FileTree.Remove(fd, "file");
        Assert.Empty(Files.ReadDirectory(directory.Path));
        Assert.True(Files.Exists("/etc/passwd"));
    }

    [Fact]
    public void Remove_takes_names_that_are_not_UTF8()
    {
        using TemporaryDirectory directory = new();
        // The shell writes the byte as it is.
        using Process shell = Process.Start("/bin/sh", ["-c", "mkdir -p \"$0\"/tree/$(printf 'x\\377y') && : > \"$0\"/tree/$(printf 'x\\377y/\\376')", directory.Path]);
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
        FileTree.Remove(null, directory["tree"]);
        Assert.False(Files.Exists(directory["tree"]));
    }

    [Fact]
    public void Remove_takes_trees_deeper_than_the_descriptor_limit()
    {
        using TemporaryDirectory directory = new();
        OwnedFd at = Files.Open(directory.Path, OpenFlags.Path | OpenFlags.Directory);
        for (int depth = 0; depth < 3000; depth++)
        {
            Files.Mkdir(at, "deeper", 0x1c0);
            OwnedFd below = Files.OpenAt(at, "deeper", OpenFlags.Path | OpenFlags.Directory);
            at.Dispose();
            at = below;
        }

        at.Dispose();
        FileTree.Remove(null, directory["deeper"]);
        Assert.Empty(Files.ReadDirectory(directory.Path));
    }
}
