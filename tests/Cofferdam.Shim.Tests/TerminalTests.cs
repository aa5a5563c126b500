using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

public sealed class TerminalTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    private readonly Pty _pty = Pty.Open();

    [Fact]
    public void Run_with_a_terminal_has_one()
    {
        using Command run = NewContainer("--tty").StartRun(Terminal(), "sh", "-c", "test -t 0 && test -t 1 && test -t 2 && tty; read x; echo got $x; exit 3");
        _pty.ReadUntil("/dev/pts/0");
        _pty.Write("word\n");
        _pty.ReadUntil("got word");
        run.Wait().Exits(3);
    }

    [Fact]
    public void The_terminal_has_the_size_of_the_callers_and_follows_it()
    {
        _pty.Size = (31, 97);
        using Command run = NewContainer("--tty").StartRun(Terminal(), "sh", "-c",
            "until test \"$(stty size)\" = '31 97'; do usleep 10000; done; echo first-size; until test \"$(stty size)\" = '20 70'; do usleep 10000; done; echo second-size");
        _pty.ReadUntil("first-size");
        _pty.Size = (20, 70);
        run.Signal(Libc.SIGWINCH);
        _pty.ReadUntil("second-size");
        run.Wait().Ok();
    }

    [Fact]
    public void The_terminal_of_an_exec_can_be_resized()
    {
        ShimContainer container = Sleeping();
        _pty.Size = (31, 97);
        using Command exec = container.StartExec(Terminal(), ["--tty"], "sh", "-c",
            "until test \"$(stty size)\" = '31 97'; do usleep 10000; done; echo first-size; until test \"$(stty size)\" = '20 70'; do usleep 10000; done; echo second-size");
        _pty.ReadUntil("first-size");
        _pty.Size = (20, 70);
        exec.Signal(Libc.SIGWINCH);
        _pty.ReadUntil("second-size");
        exec.Wait().Ok();
    }

    [Fact]
    public void Control_c_interrupts_the_program_and_not_the_client()
    {
        using Command run = NewContainer("--tty").StartRun(Terminal(), "sh", "-c", "trap 'echo interrupted; exit 7' INT; echo waiting-for-it; while :; do usleep 10000; done");
        _pty.ReadUntil("waiting-for-it");
        _pty.Write("\u0003");
        _pty.ReadUntil("interrupted");
        run.Wait().Exits(7);
    }

    [Fact]
    public void All_output_comes_before_the_end_of_the_terminal()
    {
        using Command run = NewContainer("--tty").StartRun(Terminal(), "sh", "-c", "seq 1 4000; echo the-end");
        // ctr leaves it to the caller's terminal to make \r\n of a line's end once more.
        string lines = _pty.ReadUntil("the-end").Replace("\r", "", StringComparison.Ordinal);
        Assert.Contains(string.Join('\n', Enumerable.Range(1, 4000)) + "\nthe-end", lines, StringComparison.Ordinal);
        run.Wait().Ok();
    }

    [Fact]
    public void A_detached_container_with_a_terminal_can_be_attached_to()
    {
        ShimContainer container = NewContainer("--tty");
        container.Detached(Terminal(), "sh", "-c", "(while :; do echo prompt; usleep 20000; done) & read x; echo got $x; exit 5").Ok();
        // The first one was hung up when its session's leader ended.
        using var second = Pty.Open();
        using Command attach = StartCtr(Options(terminal: second.SlavePath), "task", "attach", container.Id);
        // What is typed before ctr has made the terminal raw may get lost.
        second.ReadUntil("prompt");
        second.Write("word\n");
        second.ReadUntil("got word");
        attach.Wait().Exits(5);
    }

    [Fact]
    public void A_client_under_script_works()
    {
        string ctr = string.Join(' ', Daemon.Ctr(Tag, ["run", "--rm", "-t", "--runtime", ShimUnderTest.Runtime, "--rootfs", Rootfs, Tag + "-script", "/bin/sh", "-c", "'tty; exit 4'"]));
        CommandResult result = Host("script", "-qefc", ctr, "/dev/null");
        Assert.Contains("/dev/pts/0", result.Exits(4).Stdout, StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _pty.Dispose();
    }

    private CommandOptions Terminal() => Options(terminal: _pty.SlavePath);
}
