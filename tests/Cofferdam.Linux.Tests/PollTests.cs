using System.Diagnostics;

namespace Cofferdam.Linux.Tests;

public sealed class PollTests
{
    [Fact]
    public void Wait_tells_which_descriptor_is_ready_and_why()
    {
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        PollItem[] items = [new(read, PollEvents.Readable), new(write, PollEvents.Writable)];
        Assert.Equal(1, Poll.Wait(items));
        Assert.Equal((PollEvents.None, PollEvents.Writable), (items[0].Ready, items[1].Ready));
        Files.WriteAll(write, "x"u8);
        Assert.True(Poll.UntilReadable(read));
        write.Dispose();
        Files.Read(read, new byte[1]);
        Assert.Equal(1, Poll.Wait(items.AsSpan(0, 1)));
        Assert.Equal(PollEvents.HangUp, items[0].Ready);
        read.Dispose();
    }

    [Fact]
    public void Wait_ends_when_the_time_is_over_and_not_before()
    {
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        Stopwatch watch = Stopwatch.StartNew();
        Assert.False(Poll.UntilReadable(read, TimeSpan.FromMilliseconds(20)));
        Assert.True(watch.Elapsed >= TimeSpan.FromMilliseconds(20));
        read.Dispose();
        write.Dispose();
    }

    [Fact]
    public void Wait_takes_more_items_than_fit_the_stack()
    {
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        Files.WriteAll(write, "x"u8);
        PollItem[] items = Enumerable.Repeat(new PollItem(read, PollEvents.Readable), 40).ToArray();
        Assert.Equal(40, Poll.Wait(items));
        Assert.All(items, i => Assert.Equal(PollEvents.Readable, i.Ready));
        read.Dispose();
        write.Dispose();
    }
}
