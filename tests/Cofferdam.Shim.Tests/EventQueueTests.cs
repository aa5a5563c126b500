using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>What a shim has to tell while nobody listens is told later, in order.</summary>
public sealed class EventQueueTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    [Fact]
    public void Events_arrive_in_order()
    {
        using var sink = new EventSink(Path.Combine(Folder, "sink.sock"));
        sink.Open();
        using var made = new HandMadeShim(this, "a") { EventsSocket = sink.Path };
        Live(made);
        sink.AwaitTopics("/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete");
    }

    [Fact]
    public void Events_while_containerd_is_away_are_delivered_when_it_is_back()
    {
        using var sink = new EventSink(Path.Combine(Folder, "sink.sock"));
        sink.Open();
        using var made = new HandMadeShim(this, "a") { EventsSocket = sink.Path };
        Live(made, sink.Close);
        Assert.Empty(sink.Topics);
        sink.Open();
        TestContext.Current.AddAttachment("shim.log", made.Log);
        sink.AwaitTopics("/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete");
    }

    [Fact]
    public void A_container_that_is_out_of_memory_again_and_again_does_not_fill_the_queue()
    {
        using var sink = new EventSink(Path.Combine(Folder, "sink.sock"));
        using var made = new HandMadeShim(this, "a") { EventsSocket = sink.Path };
        made.Config.Set("linux.resources.memory", """{"limit":16777216}""")
            .Args("sh", "-c", "for i in 1 2 3 4 5 6 7 8; do dd if=/dev/zero of=/dev/null bs=100M count=1; sleep 0.1; done");
        using TaskConnection shim = made.Started();
        shim.Call("Create", made.CreateRequest()).Ok();
        shim.Call("Start", made.Id).Ok();
        shim.Call("Wait", made.Id).Ok();
        shim.Call("Delete", made.Id).Ok();
        sink.Open();
        sink.AwaitTopics("/tasks/create", "/tasks/start", "/tasks/oom", "/tasks/exit", "/tasks/delete");
    }

    private static void Live(HandMadeShim made, Action? afterStart = null)
    {
        made.Config.Args("true");
        using TaskConnection shim = made.Started();
        afterStart?.Invoke();
        shim.Call("Create", made.CreateRequest()).Ok();
        shim.Call("Start", made.Id).Ok();
        shim.Call("Wait", made.Id).Ok();
        shim.Call("Delete", made.Id).Ok();
    }
}
