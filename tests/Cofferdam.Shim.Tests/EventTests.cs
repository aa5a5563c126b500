using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

public sealed class EventTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    [Fact]
    public void A_life_is_told_as_create_start_exit_delete()
    {
        ShimContainer container = NewContainer();
        _ = shared.Events;
        container.Run("sh", "-c", "exit 3").Exits(3);
        IReadOnlyList<TaskEvent> events = Await("delete");
        Assert.Equal(["create", "start", "exit", "delete"], events.Select(e => e.Topic));
        Assert.All(events, e => Assert.Equal(container.Id, e.ContainerId));
        Assert.Single(events.Select(e => e.Pid).Distinct());
        Assert.Equal(container.Id, events[2].ExecId);
        Assert.Equal(3, events[2].ExitStatus);
        Assert.Equal(3, events[3].ExitStatus);
    }

    [Fact]
    public void The_create_event_names_bundle_and_streams()
    {
        _ = shared.Events;
        ShimContainer container = Sleeping();
        TaskEvent create = Await("create")[0];
        Assert.Equal(container.Bundle, create.Message.GetProperty("bundle").GetString());
        Assert.Equal(container.Pid, create.Pid);
        Assert.StartsWith(Folder, create.Message.GetProperty("io").GetProperty("stdout").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_exec_is_told_as_added_started_exit()
    {
        _ = shared.Events;
        ShimContainer container = Sleeping();
        container.Exec(Options(), ["--exec-id", "probe"], "sh", "-c", "exit 4").Exits(4);
        List<TaskEvent> events = [.. Await("exit").Where(e => e.ExecId == "probe")];
        Assert.Equal(["exec-added", "exec-started", "exit"], events.Select(e => e.Topic));
        Assert.Equal(4, events[2].ExitStatus);
        Assert.Equal(events[1].Pid, events[2].Pid);
    }

    [Fact]
    public void Quick_execs_never_exit_before_they_started()
    {
        _ = shared.Events;
        ShimContainer container = Sleeping();
        for (int i = 0; i < 10; i++)
            container.Exec("true").Ok();
        container.Destroy();
        foreach (IGrouping<string, TaskEvent> exec in Await("delete").Where(e => e.ExecId.StartsWith('e')).GroupBy(e => e.ExecId))
            Assert.Equal(["exec-added", "exec-started", "exit"], exec.Select(e => e.Topic));
    }

    [Fact]
    public void The_exits_of_execs_are_told_before_that_of_the_container()
    {
        _ = shared.Events;
        ShimContainer container = Sleeping();
        container.Exec(Options(), ["--exec-id", "probe", "--detach"], "sleep", "1000").Ok();
        container.Kill("SIGKILL").Ok();
        IReadOnlyList<TaskEvent> events = shared.Events.Await(Tag, e => e.Topic == "exit" && e.ExecId == container.Id, "the exit of the container");
        Assert.Equal(["probe", container.Id], events.Where(e => e.Topic == "exit").Select(e => e.ExecId));
    }

    [Fact]
    public void Pause_and_resume_are_told()
    {
        _ = shared.Events;
        ShimContainer container = Sleeping();
        container.Task("pause").Ok();
        container.Task("resume").Ok();
        Assert.Equal(["create", "start", "paused", "resumed"], Await("resumed").Select(e => e.Topic));
    }

    [Fact]
    public void A_program_that_cannot_be_started_leaves_no_exit_without_a_start()
    {
        _ = shared.Events;
        ShimContainer container = NewContainer();
        Assert.NotEqual(0, container.Run("/bin/missing").ExitCode);
        // The life of another container in the same namespace ends what could still come.
        NewContainer().Run("true").Ok();
        Assert.DoesNotContain(Await("delete"), e => e.ContainerId == container.Id && (e.Topic is "start" or "exit"));
    }

    private IReadOnlyList<TaskEvent> Await(string topic) => shared.Events.Await(Tag, e => e.Topic == topic, $"the event '{topic}'");
}
