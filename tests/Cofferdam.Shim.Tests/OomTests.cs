using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

public sealed class OomTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    [Fact]
    public void An_oom_kill_is_told_once_and_before_the_exit()
    {
        _ = shared.Events;
        ShimContainer container = NewContainer("--memory-limit", "16777216");
        container.Run("sh", "-c", "exec dd if=/dev/zero of=/dev/null bs=100M count=1").Exits(137);
        IReadOnlyList<TaskEvent> events = shared.Events.Await(Tag, e => e.Topic == "delete", "the deletion");
        Assert.Equal(["create", "start", "oom", "exit", "delete"], events.Select(e => e.Topic));
        Assert.Equal(container.Id, events[2].ContainerId);
    }

    [Fact]
    public void An_oom_kill_of_a_child_is_told_while_the_container_goes_on()
    {
        _ = shared.Events;
        ShimContainer container = NewContainer("--memory-limit", "16777216");
        container.Detached("sh", "-c", "dd if=/dev/zero of=/dev/null bs=100M count=1; exec sleep 1000").Ok();
        shared.Events.Await(Tag, e => e.Topic == "oom" && e.ContainerId == container.Id, "the event of the oom");
        Assert.Equal("RUNNING", container.Status);
    }

    /// <summary>Also if the kernel kills a child of it, so that no signal tells of the cause.</summary>
    [Theory]
    [InlineData("exec dd if=/dev/zero of=/dev/null bs=100M count=1", 137)]
    [InlineData("dd if=/dev/zero of=/dev/null bs=100M count=1; exit 3", 3)]
    public void An_exec_that_runs_out_of_memory_exits_after_the_containers_event(string script, int code)
    {
        _ = shared.Events;
        ShimContainer container = Sleeping("--memory-limit", "16777216");
        container.Exec(Options(), ["--exec-id", "e"], "sh", "-c", script).Exits(code);
        IReadOnlyList<TaskEvent> events = shared.Events.Await(Tag, e => e.Topic == "exit" && e.ExecId == "e", "the exit");
        Assert.Equal(["oom", "exit"], events.Select(e => e.Topic).TakeLast(2));
        Assert.Equal(container.Id, events[^2].ContainerId);
    }

    [Fact]
    public void Without_an_oom_kill_none_is_told()
    {
        _ = shared.Events;
        ShimContainer container = NewContainer("--memory-limit", "16777216");
        container.Run("sh", "-c", "exit 1").Exits(1);
        Assert.DoesNotContain(shared.Events.Await(Tag, e => e.Topic == "delete", "the deletion"), e => e.Topic == "oom");
    }
}
