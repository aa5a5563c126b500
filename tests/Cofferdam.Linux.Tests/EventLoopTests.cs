namespace Cofferdam.Linux.Tests;

public sealed class EventLoopTests
{
    [Fact]
    public void A_watched_descriptor_is_told_of_until_its_registration_ends()
    {
        using EventLoop loop = new();
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        using (read)
        using (write)
        {
            int calls = 0;
            EventRegistration? registration = null;
            registration = loop.Watch(read, PollEvents.Readable, events =>
            {
                Assert.Equal(PollEvents.Readable, events);
                if (++calls < 2) return;
                registration!.Dispose();
                loop.Post(loop.Stop);
            });
            Files.WriteAll(write, "x"u8);
            loop.Run();
            Assert.Equal(2, calls);
        }
    }

    [Fact]
    public void What_was_ready_with_a_registration_that_ended_is_not_told()
    {
        using EventLoop loop = new();
        (OwnedFd first, OwnedFd second) = UnixSockets.StreamPair();
        using (first)
        using (second)
        {
            List<EventRegistration> registrations = [];
            int calls = 0;
            void Ready(PollEvents events)
            {
                calls++;
                foreach (EventRegistration registration in registrations) registration.Dispose();
                loop.Post(loop.Stop);
            }

            registrations.Add(loop.Watch(first, PollEvents.Writable, Ready));
            registrations.Add(loop.Watch(second, PollEvents.Writable, Ready));
            loop.Run();
            Assert.Equal(1, calls);
        }
    }

    [Fact]
    public void Posts_run_in_order_on_the_loops_thread()
    {
        using EventLoop loop = new();
        List<int> order = [];
        Thread thread = new(loop.Run);
        thread.Start();
        for (int i = 0; i < 100; i++)
        {
            int number = i;
            loop.Post(() =>
            {
                Assert.True(loop.IsCurrent);
                order.Add(number);
            });
        }

        loop.Post(loop.Stop);
        thread.Join();
        Assert.False(loop.IsCurrent);
        Assert.Equal(Enumerable.Range(0, 100), order);
    }

    [Fact]
    public void Timers_run_by_their_time_and_not_when_cancelled()
    {
        using EventLoop loop = new();
        List<string> order = [];
        loop.After(TimeSpan.FromMilliseconds(20), () =>
        {
            order.Add("late");
            loop.Stop();
        });
        EventTimer cancelled = loop.After(TimeSpan.FromMilliseconds(1), () => order.Add("never"));
        loop.After(TimeSpan.Zero, () => order.Add("early"));
        cancelled.Dispose();
        loop.Run();
        Assert.Equal(["early", "late"], order);
    }

    [Fact]
    public void A_callback_that_fails_ends_the_loop_unless_somebody_takes_the_exception()
    {
        using EventLoop loop = new();
        loop.Post(() => throw new InvalidOperationException("first"));
        Assert.Equal("first", Assert.Throws<InvalidOperationException>(loop.Run).Message);
        List<string> taken = [];
        loop.CallbackFailed = e => taken.Add(e.Message);
        loop.Post(() => throw new InvalidOperationException("second"));
        loop.After(TimeSpan.Zero, () => throw new InvalidOperationException("third"));
        loop.Post(() => loop.Post(loop.Stop));
        loop.Run();
        Assert.Equal(["second", "third"], taken.Order());
    }
}
