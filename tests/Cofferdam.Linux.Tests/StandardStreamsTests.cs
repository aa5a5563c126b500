using System.Runtime.InteropServices;
using System.Text;

namespace Cofferdam.Linux.Tests;

public sealed class StandardStreamsTests
{
    [Fact]
    public void A_long_line_gets_through_a_pipe_that_another_made_non_blocking()
    {
        string line = new('x', 300_000);
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        Files.SetNonBlocking(write, true);
        Assert.Equal(line + "\n", WithErrorOutput(write, () => StandardStreams.WriteErrorLine(line), read));
    }

    [Fact]
    public void A_line_to_nobody_is_no_failure()
    {
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        read.Dispose();
        Assert.Equal("", WithErrorOutput(write, () => StandardStreams.WriteErrorLine("lost"), null));
    }

    private static string WithErrorOutput(OwnedFd write, Action action, OwnedFd? read)
    {
        using OwnedFd before = Files.Duplicate(StandardStreams.ErrorOutput);
        string output = "";
        Thread reader = new(() => output = read is null ? "" : Encoding.UTF8.GetString(Files.ReadAll(read)));
        Assert.Equal(2, dup2(write.Fd, 2));
        write.Dispose();
        reader.Start();
        try
        {
            action();
        }
        finally
        {
            Assert.Equal(2, dup2(before.Fd, 2));
        }

        reader.Join();
        read?.Dispose();
        return output;
    }

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int dup2(int fd, int target);
}
