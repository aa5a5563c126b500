using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>Containers outlive their clients and containerd, however those end.</summary>
public sealed class SurvivalTests(OwnContainerd own) : ShimTest(() => own.Daemon), IClassFixture<OwnContainerd>
{
    private const string UntilTold = "touch /ready; until test -e /go; do usleep 10000; done; exit 7";

    [Fact]
    public void A_container_goes_on_when_containerd_is_killed_and_started_again()
    {
        ShimContainer container = NewContainer();
        container.Detached("sh", "-c", UntilTold).Ok();
        container.AwaitFile("ready");
        (int pid, int shim) = (container.Pid, container.ShimPid);
        Daemon.Kill();
        Assert.True(Processes.IsAlive(pid) && Processes.IsAlive(shim));
        Daemon.Start();
        Assert.Equal("RUNNING", container.Status);
        Assert.Equal((pid, shim), (container.Pid, container.ShimPid));
        container.Exec("sh", "-c", "exit 5").Exits(5);
        File.WriteAllText(Inside("go"), "");
        container.DeletedWith(7);
    }

    [Fact]
    public void An_exit_while_containerd_is_away_is_known_when_it_is_back()
    {
        ShimContainer container = NewContainer();
        container.Detached("sh", "-c", UntilTold).Ok();
        container.AwaitFile("ready");
        int pid = container.Pid;
        Daemon.Kill();
        File.WriteAllText(Inside("go"), "");
        Eventually.True(() => !Processes.IsAlive(pid), "the program ended");
        Daemon.Start();
        container.DeletedWith(7);
    }

    [Fact]
    public void An_exec_that_ends_while_containerd_is_away_keeps_its_exit_code()
    {
        ShimContainer container = Sleeping();
        container.Exec(Options(), ["--exec-id", "probe", "--detach"], "sh", "-c", UntilTold).Ok();
        container.AwaitFile("ready");
        string socket = container.ShimSocket;
        Daemon.Kill();
        File.WriteAllText(Inside("go"), "");
        using (var shim = new TaskConnection(socket))
            Assert.Equal(7u, shim.Call("Wait", container.Id, "probe").Ok().Number(1));
        Daemon.Start();
        using (TaskConnection shim = container.Connect())
            Assert.Equal(7u, shim.Call("State", container.Id, "probe").Ok().Number(9));
        Assert.Equal("RUNNING", container.Status);
    }

    [Fact]
    public void A_paused_container_is_still_paused_afterwards()
    {
        ShimContainer container = Sleeping();
        container.Task("pause").Ok();
        Daemon.Kill();
        Daemon.Start();
        Assert.Equal("PAUSED", container.Status);
        container.Task("resume").Ok();
        Assert.Equal("RUNNING", container.Status);
    }

    [Fact]
    public void Output_goes_on_to_its_reader_while_containerd_is_away()
    {
        ShimContainer container = NewContainer();
        container.Detached("sh", "-c", "i=0; while :; do i=$((i+1)); echo line $i; usleep 10000; done").Ok();
        // Not ctr: that takes its fifos along when it ends, as it does without containerd.
        using Command reader = Command.Start(["cat", Assert.Single(Directory.GetFiles(Folder, "*-stdout", SearchOption.AllDirectories))], Options());
        Eventually.True(() => reader.Stdout.Contains("line 3\n", StringComparison.Ordinal), "the reader gets lines");
        Daemon.Kill();
        int before = reader.Stdout.Length;
        Eventually.True(() => reader.Stdout.Length > before + 100, "the reader gets lines while containerd is away");
        Daemon.Start();
        before = reader.Stdout.Length;
        Eventually.True(() => reader.Stdout.Length > before + 100, "the reader gets lines afterwards");
    }

    [Fact]
    public void A_client_that_vanishes_takes_nothing_along()
    {
        ShimContainer container = NewContainer();
        using Command run = container.StartRun(Options(), "sh", "-c", UntilTold);
        container.AwaitFile("ready");
        container.AwaitStatus("RUNNING");
        run.Signal(Libc.SIGKILL);
        run.Wait();
        Assert.Equal("on", container.Exec("echo", "on").Ok().Output);
        File.WriteAllText(Inside("go"), "");
        container.DeletedWith(7);
    }

    [Fact]
    public void The_client_of_an_exec_that_vanishes_leaves_the_exec_to_be_deleted()
    {
        ShimContainer container = Sleeping();
        using Command exec = container.StartExec(Options(), ["--exec-id", "probe"], "sh", "-c", UntilTold);
        container.AwaitFile("ready");
        using TaskConnection shim = container.Connect();
        // The program may be faster than the answer to the call that started it.
        Eventually.True(() => shim.Call("State", container.Id, "probe").Ok().Number(4) == 2, "the exec is known to run");
        exec.Signal(Libc.SIGKILL);
        exec.Wait();
        container.Kill("SIGKILL", "--exec-id", "probe").Ok();
        Assert.Equal(137u, shim.Call("Wait", container.Id, "probe").Ok().Number(1));
        Assert.Equal(137u, shim.Call("Delete", container.Id, "probe").Ok().Number(2));
    }

    [Fact]
    public void A_shim_that_died_while_containerd_was_away_is_cleared_up_after()
    {
        ShimContainer container = Sleeping();
        (int pid, int shim) = (container.Pid, container.ShimPid);
        Daemon.Kill();
        Libc.kill(shim, Libc.SIGKILL);
        Eventually.True(() => !Processes.IsAlive(shim), "the shim is gone");
        Daemon.Start();
        Eventually.True(() => !Processes.IsAlive(pid), "the container's process is ended");
        Eventually.True(() => container.Status.Length == 0 && !Directory.Exists(container.Bundle), "the task is gone");
    }

    [Theory]
    [InlineData(Libc.SIGKILL)]
    [InlineData(Libc.SIGTERM)]
    public void When_the_shim_itself_is_ended_containerd_clears_up_what_it_had(int signal)
    {
        using var events = new EventStream(Daemon);
        ShimContainer container = Sleeping();
        int pid = container.Pid;
        Libc.kill(container.ShimPid, signal);
        events.Await(Tag, e => e.Topic == "exit" && e.ContainerId == container.Id, "the exit of the container");
        Eventually.True(() => !Processes.IsAlive(pid), "the container's process is ended");
        Eventually.True(() => container.Status.Length == 0 && !Directory.Exists(container.Bundle), "the task is gone");
    }
}
