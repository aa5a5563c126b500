using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

public sealed class PauseTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    private const string Counting = "i=0; while :; do i=$((i+1)); echo $i >/count.new; mv /count.new /count; usleep 5000; done";

    [Fact]
    public void Pause_stops_the_container_and_resume_lets_it_go_on()
    {
        ShimContainer container = NewContainer();
        container.Detached("sh", "-c", Counting).Ok();
        container.AwaitFile("count");
        container.Task("pause").Ok();
        Assert.Equal("PAUSED", container.Status);
        string count = File.ReadAllText(Inside("count"));
        // As long as it takes to ask for the state: the program would have counted on a hundred times.
        Assert.Equal("PAUSED", container.Status);
        Assert.Equal(count, File.ReadAllText(Inside("count")));
        container.Task("resume").Ok();
        Assert.Equal("RUNNING", container.Status);
        Eventually.True(() => File.ReadAllText(Inside("count")) != count, "the program counts again");
    }

    [Fact]
    public void A_paused_container_takes_no_exec()
    {
        ShimContainer container = Sleeping();
        container.Task("pause").Ok();
        Assert.NotEqual(0, container.Exec("true").ExitCode);
        using (TaskConnection shim = container.Connect())
            Assert.NotEqual(0, shim.Call("Exec", ExecRequest(container.Id, "e")).Code);
        container.Task("resume").Ok();
        container.Exec("true").Ok();
    }

    [Fact]
    public void A_paused_container_can_be_deleted_with_force()
    {
        ShimContainer container = Sleeping();
        container.Task("pause").Ok();
        container.Task("rm", "--force");
        Assert.Equal("", container.Status);
    }

    [Fact]
    public void A_pause_of_what_has_ended_is_refused()
    {
        ShimContainer container = NewContainer();
        container.Detached("true").Ok();
        container.AwaitStatus("STOPPED");
        Assert.NotEqual(0, container.Task("pause").ExitCode);
        Assert.Equal("STOPPED", container.Status);
    }

    [Fact]
    public void What_runs_beside_the_program_is_paused_with_it()
    {
        const ulong running = 2, paused = 4;
        ShimContainer container = Sleeping();
        container.Exec(Options(), ["--exec-id", "e", "--detach"], "sleep", "1000").Ok();
        using TaskConnection shim = container.Connect();
        container.Task("pause").Ok();
        Assert.Equal(paused, shim.Call("State", container.Id, "e").Ok().Number(4));
        container.Task("resume").Ok();
        Assert.Equal(running, shim.Call("State", container.Id, "e").Ok().Number(4));
    }

    /// <summary>On cgroup v1 it could not be deleted then: what is frozen does not die.</summary>
    [Fact]
    public void A_pause_of_what_has_not_started_is_refused()
    {
        using var made = new HandMadeShim(this, "a");
        made.Config.Args("true");
        using TaskConnection shim = made.Started();
        shim.Call("Create", made.CreateRequest()).Ok();
        shim.Call("Pause", made.Id).Fails(TtrpcReply.FailedPrecondition);
        shim.Call("Start", made.Id).Ok();
        shim.Call("Wait", made.Id).Ok();
        shim.Call("Delete", made.Id).Ok();
    }
}
