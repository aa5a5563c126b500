using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

public sealed class WaitTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    [Fact]
    public void Any_number_of_waiters_learn_the_exit_code()
    {
        ShimContainer container = NewContainer();
        container.Detached("sh", "-c", "until test -e /go; do usleep 10000; done; exit 7").Ok();
        List<TaskConnection> shims = [.. Enumerable.Range(0, 20).Select(_ => container.Connect())];
        // Twenty connections, each of which waits twice.
        List<(TaskConnection Shim, uint Stream)> waits = [.. shims.Concat(shims).Select(s => (s, s.Send("Wait", container.Id)))];
        File.WriteAllText(Inside("go"), "");
        foreach ((TaskConnection shim, uint stream) in waits)
            Assert.Equal(7u, shim.Receive(stream).Ok().Number(1));
        shims.ForEach(s => s.Dispose());
    }

    [Fact]
    public void All_waiters_are_told_the_same_time()
    {
        ShimContainer container = Sleeping();
        using TaskConnection shim = container.Connect();
        uint[] waits = [.. Enumerable.Range(0, 5).Select(_ => shim.Send("Wait", container.Id))];
        container.Kill("SIGKILL").Ok();
        ulong[] seconds = [.. waits.Select(w => shim.Receive(w).Ok().Message(2)).Select(Time)];
        Assert.Single(seconds.Distinct());
        Assert.InRange(seconds[0] / 1_000_000_000, (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60, (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        Assert.Equal(seconds[0], Time(shim.Call("State", container.Id).Ok().Message(10)));
    }

    [Fact]
    public void A_wait_for_what_has_ended_returns_at_once()
    {
        ShimContainer container = NewContainer();
        container.Detached("sh", "-c", "exit 3").Ok();
        container.AwaitStatus("STOPPED");
        using TaskConnection shim = container.Connect();
        Assert.Equal(3u, shim.Call("Wait", container.Id).Ok().Number(1));
    }

    [Fact]
    public void A_wait_that_nobody_hears_does_not_hold_the_shim()
    {
        ShimContainer container = Sleeping();
        using (TaskConnection gone = container.Connect())
            gone.Send("Wait", container.Id);
        Assert.Equal("on", container.Exec("echo", "on").Ok().Output);
        container.Kill("SIGKILL").Ok();
        container.DeletedWith(137);
    }

    [Fact]
    public void A_wait_does_not_hold_other_calls_of_its_connection()
    {
        ShimContainer container = Sleeping();
        using TaskConnection shim = container.Connect();
        uint wait = shim.Send("Wait", container.Id);
        Assert.Equal(container.Id, shim.Call("State", container.Id).Ok().Text(1));
        shim.Kill(container.Id, 9).Ok();
        Assert.Equal(137u, shim.Receive(wait).Ok().Number(1));
    }

    [Fact]
    public void A_wait_for_an_exec_ends_with_it()
    {
        ShimContainer container = Sleeping();
        container.Exec(Options(), ["--exec-id", "e", "--detach"], "sh", "-c", "until test -e /go; do usleep 10000; done; exit 4").Ok();
        using TaskConnection shim = container.Connect();
        uint wait = shim.Send("Wait", container.Id, "e");
        File.WriteAllText(Inside("go"), "");
        Assert.Equal(4u, shim.Receive(wait).Ok().Number(1));
        shim.Call("Wait", container.Id, "nobody").Fails(TtrpcReply.NotFound);
    }

    [Fact]
    public void Attached_clients_end_with_the_exit_code()
    {
        ShimContainer container = NewContainer();
        using Command run = container.StartRun(Options(), "sh", "-c", "touch /ready; until test -e /go; do usleep 10000; done; exit 6");
        container.AwaitFile("ready");
        container.AwaitStatus("RUNNING");
        using Command attach = StartCtr(Options(), "task", "attach", container.Id);
        File.WriteAllText(Inside("go"), "");
        run.Wait().Exits(6);
    }

    private static ulong Time(ProtobufFields timestamp) => (timestamp.Number(1) * 1_000_000_000) + timestamp.Number(2);
}
