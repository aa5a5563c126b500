using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

public sealed class RunTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    [Fact]
    public void Run_shows_the_output_of_the_program() => Assert.Equal("hello", NewContainer().Run("echo", "hello").Ok().Output);

    [Fact]
    public void Standard_error_comes_apart_from_standard_output()
    {
        CommandResult result = NewContainer().Run("sh", "-c", "echo out; echo err >&2").Ok();
        Assert.Equal("out\n", result.Stdout);
        Assert.Equal("err\n", result.Stderr);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(126)]
    [InlineData(255)]
    public void Run_ends_with_the_exit_code_of_the_program(int code) => NewContainer().Run("sh", "-c", $"exit {code}").Exits(code);

    [Fact]
    public void A_program_that_a_signal_ended_gives_128_and_the_signal()
    {
        ShimContainer container = NewContainer();
        using Command run = container.StartRun(Options(), "sh", "-c", "touch /ready; exec sleep 1000");
        container.AwaitFile("ready");
        container.AwaitStatus("RUNNING");
        container.Kill("SIGKILL").Ok();
        run.Wait().Exits(137);
    }

    [Fact]
    public void The_program_is_the_first_process_of_a_container_of_its_own()
    {
        string output = NewContainer().Run("sh", "-c", "echo pid $$; hostname; ls /").Ok().Stdout;
        Assert.StartsWith("pid 1\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_program_is_named_and_nothing_stays()
    {
        CommandResult result = NewContainer().Run("/bin/missing");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("/bin/missing", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_detached_returns_while_the_container_runs()
    {
        ShimContainer container = Sleeping();
        Assert.Equal("RUNNING", container.Status);
        Assert.Equal("sleep 1000", Processes.CommandLine(container.Pid));
    }

    [Fact]
    public void The_exit_code_of_a_detached_container_is_kept_until_the_task_is_deleted()
    {
        ShimContainer container = NewContainer();
        container.Detached("sh", "-c", "exit 9").Ok();
        container.DeletedWith(9);
    }

    [Fact]
    public void The_pid_is_written_to_the_pid_file()
    {
        string file = Path.Combine(Folder, "pid");
        ShimContainer container = Sleeping("--pid-file", file);
        Assert.Equal(container.Pid.ToString(), File.ReadAllText(file));
    }

    [Fact]
    public void The_runtime_can_be_given_as_the_path_of_the_shim()
    {
        ShimContainer container = NewContainer();
        container.Runtime = ShimUnderTest.Path;
        Assert.Equal("hello", container.Run("echo", "hello").Ok().Output);
    }

    [Fact]
    public void A_container_that_runs_cannot_be_deleted_without_force()
    {
        ShimContainer container = Sleeping();
        Assert.NotEqual(0, container.DeleteTask().ExitCode);
        Assert.Equal("RUNNING", container.Status);
        container.Task("rm", "--force");
        Assert.Equal("", container.Status);
    }

    [Fact]
    public void A_task_can_be_made_again_after_its_deletion()
    {
        ShimContainer container = NewContainer();
        container.Detached("sh", "-c", "echo x >>/runs; exit 3").Ok();
        container.DeletedWith(3);
        Ctr("task", "start", container.Id).Exits(3);
        Assert.Equal("x\nx\n", File.ReadAllText(Inside("runs")));
    }
}
