using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

public sealed class ExecTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    [Fact]
    public void Exec_runs_a_program_beside_the_first()
    {
        ShimContainer container = Sleeping();
        string output = container.Exec("sh", "-c", "cat /proc/1/cmdline | tr '\\0' ' '").Ok().Output;
        Assert.Equal("sleep 1000 ", output);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(255)]
    public void Exec_ends_with_the_exit_code_of_its_program(int code) => Sleeping().Exec("sh", "-c", $"exit {code}").Exits(code);

    [Fact]
    public void An_exec_that_a_signal_ended_gives_128_and_the_signal() => Sleeping().Exec("sh", "-c", "kill -9 $$").Exits(137);

    [Fact]
    public void An_exec_of_a_missing_program_is_refused_by_name()
    {
        ShimContainer container = Sleeping();
        CommandResult result = container.Exec("/bin/missing");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("/bin/missing", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("still", container.Exec("echo", "still").Ok().Output);
    }

    [Fact]
    public void Standard_streams_of_an_exec_are_apart()
    {
        CommandResult result = Sleeping().Exec("sh", "-c", "echo out; echo err >&2").Ok();
        Assert.Equal("out\n", result.Stdout);
        Assert.Equal("err\n", result.Stderr);
    }

    [Fact]
    public void Exec_takes_a_user_and_a_working_directory()
    {
        ShimContainer container = Sleeping();
        Assert.Equal("1000 /tmp", container.Exec(Options(), ["--user", "1000", "--cwd", "/tmp"], "sh", "-c", "echo $(id -u) $PWD").Ok().Output);
    }

    [Fact]
    public void Exec_with_a_terminal_has_one()
    {
        ShimContainer container = Sleeping();
        using var pty = Pty.Open();
        using Command exec = container.StartExec(Options(terminal: pty.SlavePath), ["--tty"], "sh", "-c", "test -t 0 && test -t 1 && echo is-terminal; read x; echo got $x; exit 4");
        pty.ReadUntil("is-terminal");
        pty.Write("word\n");
        pty.ReadUntil("got word");
        exec.Wait().Exits(4);
    }

    [Fact]
    public void An_exec_id_can_be_used_again_once_it_is_deleted()
    {
        ShimContainer container = Sleeping();
        container.Exec(Options(), ["--exec-id", "same"], "true").Ok();
        container.Exec(Options(), ["--exec-id", "same"], "sh", "-c", "exit 3").Exits(3);
    }

    [Fact]
    public void An_exec_id_in_use_is_refused()
    {
        ShimContainer container = Sleeping();
        container.Exec(Options(), ["--exec-id", "same", "--detach"], "sleep", "1000").Ok();
        CommandResult second = container.Exec(Options(), ["--exec-id", "same"], "true");
        Assert.NotEqual(0, second.ExitCode);
        Assert.Contains("exists", second.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exec_in_a_container_that_ended_is_refused()
    {
        ShimContainer container = NewContainer();
        container.Detached("true").Ok();
        container.AwaitStatus("STOPPED");
        Assert.NotEqual(0, container.Exec("true").ExitCode);
    }

    [Fact]
    public void The_exits_of_quick_execs_are_not_lost()
    {
        ShimContainer container = Sleeping();
        for (int i = 0; i < 20; i++)
            container.Exec("sh", "-c", $"exit {i}").Exits(i);
    }

    [Fact]
    public void The_end_of_the_container_ends_its_execs()
    {
        ShimContainer container = Sleeping();
        using Command exec = container.StartExec(Options(), [], "sh", "-c", "touch /ready; sleep 1000");
        container.AwaitFile("ready");
        container.Kill("SIGKILL").Ok();
        exec.Wait().Exits(137);
    }
}
