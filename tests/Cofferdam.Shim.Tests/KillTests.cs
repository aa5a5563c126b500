using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

public sealed class KillTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    private const string Trapping = "trap 'exit 5' TERM; trap 'exit 6' USR1; touch /ready; while :; do usleep 10000; done";

    [Theory]
    [InlineData("SIGTERM", 5)]
    [InlineData("SIGUSR1", 6)]
    [InlineData("10", 6)]
    [InlineData("SIGKILL", 137)]
    public void Kill_sends_the_signal_to_the_program(string signal, int code)
    {
        ShimContainer container = NewContainer();
        container.Detached("sh", "-c", Trapping).Ok();
        container.AwaitFile("ready");
        container.Kill(signal).Ok();
        container.DeletedWith(code);
    }

    [Fact]
    public void Kill_reaches_an_exec_by_its_id()
    {
        ShimContainer container = Sleeping();
        using Command exec = container.StartExec(Options(), ["--exec-id", "e"], "sh", "-c", Trapping);
        container.AwaitFile("ready");
        container.Kill("SIGUSR1", "--exec-id", "e").Ok();
        exec.Wait().Exits(6);
        Assert.Equal("RUNNING", container.Status);
    }

    [Fact]
    public void Kill_reaches_the_first_process_only()
    {
        ShimContainer container = WithChild();
        container.Kill("SIGUSR1").Ok();
        container.AwaitFile("parent-got");
        // A signal to the child now is handled after any that it got before.
        container.Exec("sh", "-c", "kill -USR2 $(cat /child-ready)").Ok();
        container.AwaitFile("child-asked");
        Assert.False(File.Exists(Inside("child-got")));
    }

    [Fact]
    public void Kill_all_reaches_every_process()
    {
        ShimContainer container = WithChild();
        container.Kill("SIGUSR1", "--all").Ok();
        container.AwaitFile("parent-got");
        container.AwaitFile("child-got");
    }

    [Fact]
    public void Kill_all_reaches_execs_too()
    {
        ShimContainer container = Sleeping();
        using Command exec = container.StartExec(Options(), [], "sh", "-c", Trapping);
        container.AwaitFile("ready");
        container.Kill("SIGUSR1", "--all").Ok();
        exec.Wait().Exits(6);
    }

    [Fact]
    public void Kill_of_a_container_that_ended_says_not_found()
    {
        ShimContainer container = NewContainer();
        container.Detached("true").Ok();
        container.AwaitStatus("STOPPED");
        CommandResult result = container.Kill("SIGTERM");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("not found", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Kill_of_an_unknown_exec_says_not_found()
    {
        ShimContainer container = Sleeping();
        using TaskConnection shim = container.Connect();
        shim.Kill(container.Id, 15, exec: "nobody").Fails(TtrpcReply.NotFound);
        shim.Kill("nobody", 15).Fails(TtrpcReply.NotFound);
    }

    /// <summary>Both write down that they got USR1.</summary>
    private ShimContainer WithChild()
    {
        ShimContainer container = NewContainer();
        container.Detached("sh", "-c", """
            sh -c 'trap "touch /child-got" USR1; trap "touch /child-asked" USR2; echo $$ >/child-ready; while :; do usleep 10000; done' &
            trap 'touch /parent-got' USR1
            touch /parent-ready
            while :; do usleep 10000; done
            """).Ok();
        container.AwaitFile("child-ready");
        container.AwaitFile("parent-ready");
        return container;
    }
}
