using Cofferdam.Linux;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Ttrpc.Tests;

/// <summary>Peers that vanish, do not read, are not admitted; and the end of a server.</summary>
public sealed class PeerTests : IDisposable
{
    private const string Service = "test.v1.Peer";

    private readonly LoopThread _thread = new();
    private readonly TtrpcServer _server;
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"ttrpc-{Guid.NewGuid():N}");
    private readonly TaskCompletionSource<ServerCall> _held = new();
    private readonly TaskCompletionSource _cancelled = new();
    private readonly BytesValue _large = new() { Value = UnsafeByteOperations.UnsafeWrap(new byte[1 << 20]) };
    private int _largeAnswers;

    public PeerTests()
    {
        _server = new TtrpcServer(_thread.Loop);
        _server.AddService(Service, Handle);
    }

    public void Dispose()
    {
        _server.Dispose();
        _thread.Run(() => 0);
        _thread.Dispose();
        File.Delete(_path);
    }

    private void Handle(ServerCall call)
    {
        if (call.Method == "Large")
        {
            Interlocked.Increment(ref _largeAnswers);
            call.Reply(_large);
        }
        else if (call.Method == "Who")
        {
            call.Reply(new StringValue { Value = $"{call.Peer.Pid} {call.Peer.Uid}" });
        }
        else
        {
            call.OnCancelled(_cancelled.SetResult);
            _held.SetResult(call);
        }
    }

    private RawPeer Pair()
    {
        (OwnedFd ours, OwnedFd theirs) = UnixSockets.StreamPair();
        _server.Serve(ours);
        return new RawPeer(theirs);
    }

    private void Listen(Func<PeerCredentials, bool> admit) => _server.Listen(UnixSockets.Listen(_path), admit);

    [Fact]
    public void Clients_are_admitted_by_their_credentials()
    {
        bool admits = true;
        Listen(peer => peer.Pid == Environment.ProcessId && Volatile.Read(ref admits));
        using RawPeer first = new(UnixSockets.Connect(_path));
        first.Request(1, Service, "Who");
        string who = StringValue.Parser.ParseFrom(ResponseMessage.Decode(first.Next()!.Value.Payload).Payload.Span).Value;
        Assert.StartsWith($"{Environment.ProcessId} ", who, StringComparison.Ordinal);

        Volatile.Write(ref admits, false);
        using RawPeer second = new(UnixSockets.Connect(_path));
        second.AssertClosed();
    }

    [Fact]
    public void A_peer_that_asks_without_reading_is_not_read_from()
    {
        using RawPeer peer = Pair();
        const int Asked = 100;
        for (int i = 0; i < Asked; i++) peer.Request((uint)(2 * i) + 1, Service, "Large");
        // One answer is larger than what pauses reading; what was received with it may have been answered as well.
        for (int i = 0; i < Asked; i++) Assert.Equal(1 << 20, BytesValue.Parser.ParseFrom(ResponseMessage.Decode(peer.Next()!.Value.Payload).Payload.Span).Value.Length);
        Assert.Equal(Asked, _largeAnswers);
    }

    [Fact]
    public void A_stream_to_a_peer_that_does_not_read_ends_with_the_connection()
    {
        using RawPeer peer = Pair();
        peer.Request(1, Service, "Hold");
        ServerCall call = RawPeer.Await(_held.Task);
        int sent = 0;
        while (call.Send(_large)) Assert.InRange(++sent, 0, 20);
        RawPeer.Await(_cancelled.Task);
        Assert.False(call.Finish());
        Assert.Equal(0, _server.ActiveCalls);
    }

    [Fact]
    public void A_slow_peer_gets_everything_in_order()
    {
        using RawPeer peer = Pair();
        peer.Request(1, Service, "Hold");
        ServerCall call = RawPeer.Await(_held.Task);
        byte[] block = new byte[300_000];
        for (byte i = 0; i < 20; i++)
        {
            block.AsSpan().Fill(i);
            Assert.True(call.Send(new BytesValue { Value = ByteString.CopyFrom(block) }));
        }

        Assert.True(call.Finish());
        for (byte i = 0; i < 20; i++) 
        {
            ReadOnlySpan<byte> value = BytesValue.Parser.ParseFrom(peer.Next()!.Value.Payload.Span).Value.Span;
            Assert.Equal((block.Length, -1), (value.Length, value.IndexOfAnyExcept(i)));
        }

        Assert.Equal(FrameFlags.RemoteClosed | FrameFlags.NoData, peer.Next()!.Value.Flags);
    }

    [Fact]
    public void A_peer_that_vanishes_in_a_frame_leaves_nothing()
    {
        using (RawPeer peer = Pair())
        {
            peer.Request(1, Service, "Hold");
            peer.Send(RawPeer.Bytes(100, 3, 1, 0, "ten bytes."u8));
            RawPeer.Await(_held.Task);
        }

        RawPeer.Await(_cancelled.Task);
        Assert.Equal(0, _server.ActiveCalls);
    }

    [Fact]
    public void A_stopping_server_ends_what_runs_and_then_says_so()
    {
        TaskCompletionSource drained = new();
        _server.Drained = drained.SetResult;
        Listen(_ => true);
        using RawPeer busy = new(UnixSockets.Connect(_path));
        busy.Request(1, Service, "Hold");
        ServerCall call = RawPeer.Await(_held.Task);
        using RawPeer idle = Pair();

        _server.StopAccepting();
        idle.AssertClosed();
        Assert.Equal(Errno.ECONNREFUSED, Assert.Throws<LinuxException>(() => UnixSockets.Connect(_path)).Errno);
        busy.Request(3, Service, "Who");
        TtrpcStatus refused = busy.NextStatus(3);
        Assert.Equal((TtrpcCode.Unavailable, "ttrpc: server closed"), (refused.Code, refused.Message));
        Assert.False(drained.Task.IsCompleted);

        call.Reply(_large);
        Assert.Equal(1u, busy.Next()!.Value.StreamId);
        RawPeer.Await(drained.Task);
        busy.AssertClosed();
    }

    [Fact]
    public void A_server_that_has_nothing_to_do_is_drained_at_once()
    {
        TaskCompletionSource drained = new();
        _server.Drained = drained.SetResult;
        _server.StopAccepting();
        RawPeer.Await(drained.Task);
    }
}
