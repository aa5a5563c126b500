using System.Runtime.InteropServices;

namespace Cofferdam.Linux.Tests;

public sealed class EventsTests
{
    [Fact]
    public void Epoll_tells_by_token_what_is_ready()
    {
        using Epoll epoll = new();
        using OwnedFd a = EventFds.Create(), b = EventFds.Create();
        epoll.Add(a, PollEvents.Readable, 0x1_0000_0001);
        epoll.Add(b, PollEvents.Readable, -2);
        EpollReady[] ready = new EpollReady[Epoll.Capacity];
        Assert.Equal(0, epoll.Wait(ready, TimeSpan.Zero));
        EventFds.Add(b, 3);
        Assert.Equal(1, epoll.Wait(ready));
        Assert.Equal(new EpollReady(-2, PollEvents.Readable), ready[0]);
        EventFds.Add(a);
        Assert.Equal([-2, 0x1_0000_0001], ready[..epoll.Wait(ready)].Select(r => r.Token).Order());
        Assert.Equal(3ul, EventFds.Take(b));
        epoll.Modify(a, PollEvents.Writable, 5);
        Assert.Equal(1, epoll.Wait(ready));
        Assert.Equal(new EpollReady(5, PollEvents.Writable), ready[0]);
        epoll.Remove(a);
        Assert.Equal(0, epoll.Wait(ready, TimeSpan.Zero));
    }

    [Fact]
    public void A_blocked_signal_is_read_instead_of_taken() => PrivateThread.Run(() =>
    {
        SignalSet before = SignalFds.Block(SignalSet.Of(Signals.User1));
        using OwnedFd fd = SignalFds.Open(SignalSet.Of(Signals.User1));
        Assert.False(SignalFds.TryRead(fd, out _));
        // To this thread only: the runtime's other threads do not block it.
        long tgkill = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 131 : 234;
        Assert.Equal(0, Syscalls.Libc.syscall(tgkill, Processes.CurrentId, ThreadId(), Signals.User1, 0, 0, 0));
        Assert.True(Poll.UntilReadable(fd, TimeSpan.FromSeconds(10)));
        Assert.True(SignalFds.TryRead(fd, out ReceivedSignal received));
        Assert.Equal(new ReceivedSignal(Signals.User1, Processes.CurrentId, Processes.Uid), received);
        Assert.True(SignalFds.SetMask(before).Contains(Signals.User1));
    });

    [Fact]
    public void A_set_has_what_was_put_in()
    {
        SignalSet set = SignalSet.Of(1, 64);
        Assert.True(set.Contains(1) && set.Contains(64) && !set.Contains(2));
        Assert.Equal(SignalSet.Of(64), set.Except(1));
        Assert.True(SignalSet.All.Contains(33));
    }

    [Fact]
    public void A_subreaper_gets_orphans_and_reaps_them()
    {
        Processes.BecomeSubreaper();
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        using ChildProcess parent = ChildProcess.Start(new ChildStart { Path = "/bin/sh", Arguments = ["sh", "-c", "(sleep 0.05; exit 5) & exit 0"], StandardOutput = write });
        write.Dispose();
        Assert.Equal(new ExitStatus(0, 0), parent.Wait());
        // The orphan holds the pipe until it ends.
        Assert.Equal(0, Files.Read(read, new byte[1]));
        int pid;
        ExitStatus status;
        while (!Processes.TryReapAny(out pid, out status)) Thread.Yield();
        Assert.Equal(new ExitStatus(5, 0), status);
        Assert.NotEqual(parent.Id, pid);
        Assert.False(Processes.TryReapAny(out _, out _));
        read.Dispose();
    }

    private static long ThreadId() => long.Parse(Files.ReadLink("/proc/thread-self").Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture);
}
