using System.Text;

namespace Cofferdam.Linux.Tests;

public sealed class ChildProcessTests
{
    [Theory]
    [InlineData("exit 0", 0, 0, 0)]
    [InlineData("exit 7", 7, 0, 7)]
    [InlineData("kill -TERM $$", 0, 15, 143)]
    public void Wait_tells_how_the_child_ended(string script, int code, int signal, int shellCode)
    {
        using ChildProcess child = ChildProcess.Start(Shell(script));
        Assert.Equal(new ExitStatus(code, signal), child.Wait());
        Assert.Equal(new ExitStatus(code, signal), child.Wait());
        Assert.Equal(shellCode, child.Wait()!.Value.ShellCode);
    }

    [Fact]
    public void Start_reports_why_the_program_cannot_be_executed()
    {
        using TemporaryDirectory directory = new();
        LinuxException failure = Assert.Throws<LinuxException>(() => ChildProcess.Start(new ChildStart { Path = "/nonexistent/hook" }));
        Assert.Equal("posix_spawn '/nonexistent/hook': ENOENT (no such file or directory)", failure.Message);
        File.WriteAllText(directory["plain"], "");
        Assert.Equal(Errno.EACCES, Assert.Throws<LinuxException>(() => ChildProcess.Start(new ChildStart { Path = directory["plain"] })).Errno);
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => ChildProcess.Start(new ChildStart { Path = "/bin/true", Arguments = ["true", "a\0b"] })).Errno);
    }

    [Fact]
    public void The_child_gets_exactly_its_arguments_environment_and_directory()
    {
        string output = Run(new ChildStart
        {
            Path = "/bin/sh",
            Arguments = ["sh", "-c", "echo \"$1|$2|$NAME|$HOME|$(pwd)\"", "zero", "", "ä b"],
            Environment = ["NAME=värde"],
            WorkingDirectory = "/usr",
        });
        Assert.Equal("|ä b|värde||/usr\n", output);
    }

    [Fact]
    public void The_child_gets_the_named_descriptors_in_order_and_no_others()
    {
        using OwnedFd secret = Files.Duplicate(0, 200);
        using OwnedFd a = Memfds.FromContent("a", "from a"u8);
        using OwnedFd b = Memfds.FromContent("b", "from b"u8);
        string output = Run(new ChildStart
        {
            Path = "/bin/sh",
            Arguments = ["sh", "-c", "cat <&4; cat <&3; echo; cd /proc/$$/fd; for f in *; do [ ! -e $f ] || echo $f; done"],
            Environment = ["PATH=/usr/bin:/bin"],
            ExtraFds = [a, b],
        });
        Assert.Equal("from bfrom a\n0\n1\n2\n3\n4\n", output);
    }

    [Fact]
    public void Standard_streams_may_be_crossed_over()
    {
        // Sources whose numbers are targets of other sources must not be overwritten before their turn.
        using OwnedFd input = Memfds.FromContent("in", "input"u8);
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        using (read)
        {
            using (write)
            {
                using ChildProcess child = ChildProcess.Start(new ChildStart { Path = "/bin/cat", StandardInput = input, StandardOutput = write, StandardError = write });
                Assert.Equal(new ExitStatus(0, 0), child.Wait());
            }

            Assert.Equal("input", Encoding.UTF8.GetString(Files.ReadAll(read)));
        }
    }

    [Fact]
    public void The_child_has_default_signals_and_an_empty_mask()
    {
        // The .NET runtime ignores SIGPIPE, which would survive the exec.
        string status = Run(new ChildStart { Path = "/bin/cat", Arguments = ["cat", "/proc/self/status"] });
        Assert.Contains("SigBlk:\t0000000000000000\n", status, StringComparison.Ordinal);
        Assert.Contains("SigIgn:\t0000000000000000\n", status, StringComparison.Ordinal);
    }

    [Fact]
    public void Wait_gives_up_when_the_time_is_over_and_Kill_ends_it()
    {
        using IdleChild idle = new();
        ChildProcess child = idle.Process;
        Assert.Null(child.Wait(TimeSpan.FromMilliseconds(10)));
        child.Kill();
        Assert.Equal(new ExitStatus(0, Signals.Kill), child.Wait(TimeSpan.FromSeconds(10)));
        child.Kill();
    }

    [Fact]
    public void A_new_session_is_led_by_the_child()
    {
        string output = Run(new ChildStart { Path = "/bin/cat", Arguments = ["cat", "/proc/self/stat"], NewSession = true });
        Assert.True(ProcFs.TryParseStat(output, out ProcStat stat));
        Assert.Equal(stat.Pid, stat.Session);
    }

    [Fact]
    public void No_descriptor_stays_open_in_the_parent()
    {
        Run(Shell("true"));
        int before = Files.ReadDirectory("/proc/self/fd").Count;
        for (int i = 0; i < 20; i++)
        {
            Run(Shell("true"));
            Assert.Throws<LinuxException>(() => ChildProcess.Start(new ChildStart { Path = "/nonexistent" }));
        }

        Assert.InRange(Files.ReadDirectory("/proc/self/fd").Count, 0, before + 5);
    }

    private static ChildStart Shell(string script) => new() { Path = "/bin/sh", Arguments = ["sh", "-c", script], Environment = ["PATH=/usr/bin:/bin"] };

    private static string Run(ChildStart start)
    {
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        using (read)
        {
            using ChildProcess child = ChildProcess.Start(start with { StandardOutput = write });
            write.Dispose();
            string output = Encoding.UTF8.GetString(Files.ReadAll(read));
            Assert.Equal(new ExitStatus(0, 0), child.Wait());
            return output;
        }
    }
}
