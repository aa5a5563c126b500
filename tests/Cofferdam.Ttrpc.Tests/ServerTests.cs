using Cofferdam.Linux;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Ttrpc.Tests;

/// <summary>What a server answers to right and wrong frames.</summary>
public sealed class ServerTests : IDisposable
{
    private const string Service = "test.v1.Echo";

    private readonly LoopThread _thread = new();
    private readonly TtrpcServer _server;
    private readonly RawPeer _peer;
    private readonly Lock _lock = new();
    private readonly List<ServerCall> _held = [];
    private readonly TaskCompletionSource _cancelled = new();
    private readonly SemaphoreSlim _holds = new(0);

    public ServerTests()
    {
        _server = new TtrpcServer(_thread.Loop);
        _server.AddService(Service, Handle);
        (OwnedFd ours, OwnedFd theirs) = UnixSockets.StreamPair();
        _peer = new RawPeer(theirs);
        _server.Serve(ours);
    }

    public void Dispose()
    {
        _server.Dispose();
        _thread.Run(() => 0);
        Assert.Equal(0, _server.ActiveCalls);
        _thread.Dispose();
        _peer.Dispose();
        _holds.Dispose();
    }

    private void Handle(ServerCall call)
    {
        switch (call.Method)
        {
            case "Echo": call.Reply(call.Read(StringValue.Parser)); break;
            case "Fail": call.Fail(TtrpcCode.NotFound, "not there"); break;
            case "Throw": throw new TtrpcException(TtrpcCode.AlreadyExists, "thrown");
            case "Crash": throw new InvalidCastException("a mistake");
            case "Hold":
                call.OnCancelled(() => _cancelled.TrySetResult());
                lock (_lock) _held.Add(call);
                _holds.Release();
                break;
            case "Chat": call.OnMessage(m => Chat(call, m)); break;
            case "Count": Count(call); break;
            default: call.FailUnknownMethod(); break;
        }
    }

    private static void Chat(ServerCall call, ReadOnlyMemory<byte>? message)
    {
        if (message is { } bytes) call.Send(StringValue.Parser.ParseFrom(bytes.Span));
        else call.Finish();
    }

    private static void Count(ServerCall call)
    {
        int sum = 0;
        call.OnMessage(m =>
        {
            if (m is { } bytes) sum += Int32Value.Parser.ParseFrom(bytes.Span).Value;
            else call.Reply(new Int32Value { Value = sum });
        });
    }

    private ServerCall Hold(uint stream, TimeSpan? timeout = null)
    {
        _peer.Request(stream, Service, "Hold", timeout: timeout);
        Assert.True(_holds.Wait(RawPeer.Patience));
        lock (_lock) return _held[^1];
    }

    private void AssertEcho(uint stream)
    {
        _peer.Request(stream, Service, "Echo", new StringValue { Value = "hello" });
        Frame frame = _peer.Next()!.Value;
        Assert.Equal((stream, FrameType.Response), (frame.StreamId, frame.Type));
        Assert.Equal("hello", StringValue.Parser.ParseFrom(ResponseMessage.Decode(frame.Payload).Payload.Span).Value);
    }

    private void AssertStatus(uint stream, TtrpcCode code, string message)
    {
        TtrpcStatus status = _peer.NextStatus(stream);
        Assert.Equal((code, message), (status.Code, status.Message));
    }

    [Fact]
    public void A_call_is_answered() => AssertEcho(1);

    [Fact]
    public void Failures_reach_the_caller_however_they_are_told()
    {
        _peer.Request(1, Service, "Fail");
        AssertStatus(1, TtrpcCode.NotFound, "not there");
        _peer.Request(3, Service, "Throw");
        AssertStatus(3, TtrpcCode.AlreadyExists, "thrown");
        _peer.Request(5, Service, "Crash");
        AssertStatus(5, TtrpcCode.Unknown, "a mistake");
        AssertEcho(7);
    }

    [Fact]
    public void What_is_unknown_is_named_as_Go_names_it()
    {
        _peer.Request(1, "other.Service", "Echo");
        AssertStatus(1, TtrpcCode.Unimplemented, "service other.Service");
        _peer.Request(3, Service, "Nothing");
        AssertStatus(3, TtrpcCode.Unimplemented, "method Nothing");
    }

    [Fact]
    public void Garbage_is_an_invalid_argument()
    {
        _peer.SendFrame(1, 1, 0, [0xff]);
        AssertStatus(1, TtrpcCode.InvalidArgument, "unmarshal request error: unexpected end of message");
        _peer.Request(3, Service, "Echo", new BytesValue { Value = ByteString.CopyFrom(0xff, 0xff) });
        TtrpcStatus status = _peer.NextStatus(3);
        Assert.Equal(TtrpcCode.InvalidArgument, status.Code);
        Assert.StartsWith("unmarshal request of 'test.v1.Echo/Echo': ", status.Message, StringComparison.Ordinal);
        AssertEcho(5);
    }

    [Fact]
    public void Stream_numbers_must_be_odd_and_grow()
    {
        _peer.Request(2, Service, "Echo");
        AssertStatus(2, TtrpcCode.InvalidArgument, "StreamID must be odd for client initiated streams");
        _peer.Request(0, Service, "Echo");
        AssertStatus(0, TtrpcCode.InvalidArgument, "StreamID must be odd for client initiated streams");
        AssertEcho(101);
        _peer.Request(101, Service, "Echo");
        AssertStatus(101, TtrpcCode.InvalidArgument, "StreamID cannot be re-used and must increment");
        _peer.Request(99, Service, "Echo");
        AssertStatus(99, TtrpcCode.InvalidArgument, "StreamID cannot be re-used and must increment");
        AssertEcho(uint.MaxValue);
    }

    [Fact]
    public void A_number_that_is_used_again_ends_the_call_that_has_it()
    {
        ServerCall call = Hold(1);
        _peer.Request(1, Service, "Echo");
        AssertStatus(1, TtrpcCode.InvalidArgument, "StreamID cannot be re-used and must increment");
        RawPeer.Await(_cancelled.Task);
        Assert.False(call.Reply(new Empty()));
    }

    [Fact]
    public void A_frame_that_is_too_large_is_refused_and_the_connection_stays()
    {
        _peer.Send(RawPeer.Bytes(5_000_000, 1, 1, 0));
        _peer.Send(new byte[5_000_000]);
        AssertStatus(1, TtrpcCode.ResourceExhausted, "message length 5000000 exceed maximum message size of 4194304");
        AssertEcho(3);
    }

    [Fact]
    public void Types_of_later_versions_are_ignored()
    {
        _peer.SendFrame(1, 2, 0, "abc"u8);
        _peer.SendFrame(1, 77, 0, "abc"u8);
        AssertEcho(1);
    }

    [Fact]
    public void Data_without_a_stream_is_refused()
    {
        _peer.SendFrame(1, 3, 0, "abc"u8);
        AssertStatus(1, TtrpcCode.InvalidArgument, "StreamID is no longer active");
        AssertEcho(3);
        _peer.SendFrame(3, 3, 1);
        AssertStatus(3, TtrpcCode.InvalidArgument, "StreamID is no longer active");
    }

    [Fact]
    public void Data_for_a_call_that_takes_none_ends_it()
    {
        ServerCall call = Hold(1);
        _peer.SendFrame(1, 3, 0, "abc"u8);
        AssertStatus(1, TtrpcCode.InvalidArgument, "data handling error: ttrpc: stream closed");
        RawPeer.Await(_cancelled.Task);
        Assert.False(call.Reply(new Empty()));
    }

    [Fact]
    public void Both_sides_stream()
    {
        _peer.Request(1, Service, "Chat", open: true);
        foreach (string word in (string[])["a", "", "c"])
        {
            _peer.SendFrame(1, 3, 0, new StringValue { Value = word }.ToByteArray());
            Frame frame = _peer.Next()!.Value;
            Assert.Equal((1u, FrameType.Data, FrameFlags.None), (frame.StreamId, frame.Type, frame.Flags));
            Assert.Equal(word, StringValue.Parser.ParseFrom(frame.Payload.Span).Value);
        }

        _peer.SendFrame(1, 3, 5);
        Frame end = _peer.Next()!.Value;
        Assert.Equal((1u, FrameType.Data, FrameFlags.RemoteClosed | FrameFlags.NoData), (end.StreamId, end.Type, end.Flags));
    }

    [Fact]
    public void A_stream_of_the_client_gets_one_answer()
    {
        _peer.Request(1, Service, "Count", open: true);
        for (int i = 1; i <= 10; i++) _peer.SendFrame(1, 3, 0, new Int32Value { Value = i }.ToByteArray());
        // Closed without the flag for "no data", this is an empty message first, as in Go.
        _peer.SendFrame(1, 3, 1);
        Frame answer = _peer.Next()!.Value;
        Assert.Equal(55, Int32Value.Parser.ParseFrom(ResponseMessage.Decode(answer.Payload).Payload.Span).Value);
    }

    [Fact]
    public void A_close_with_data_and_data_after_a_close_are_refused()
    {
        _peer.Request(1, Service, "Chat", open: true);
        _peer.SendFrame(1, 3, 1, new StringValue { Value = "x" }.ToByteArray());
        Assert.Equal(FrameType.Data, _peer.Next()!.Value.Type);
        Assert.Equal(FrameFlags.RemoteClosed | FrameFlags.NoData, _peer.Next()!.Value.Flags);
        AssertStatus(1, TtrpcCode.InvalidArgument, "data close message cannot include data");

        _peer.Request(3, Service, "Chat", open: true);
        _peer.SendFrame(3, 3, 5);
        Assert.Equal(FrameFlags.RemoteClosed | FrameFlags.NoData, _peer.Next()!.Value.Flags);
        _peer.SendFrame(3, 3, 0, "x"u8);
        AssertStatus(3, TtrpcCode.InvalidArgument, "StreamID is no longer active");
    }

    [Fact]
    public void Garbage_in_a_stream_ends_it_with_a_status()
    {
        _peer.Request(1, Service, "Chat", open: true);
        _peer.SendFrame(1, 3, 0, [0xff]);
        Assert.Equal(TtrpcCode.InvalidArgument, _peer.NextStatus(1).Code);
        AssertEcho(3);
    }

    [Fact]
    public void Answers_come_in_any_order_from_any_thread()
    {
        ServerCall first = Hold(1);
        ServerCall second = Hold(3);
        Assert.Equal(2, _server.ActiveCalls);
        Assert.True(second.Reply(new StringValue { Value = "second" }));
        Assert.Equal(3u, _peer.Next()!.Value.StreamId);
        Assert.True(first.Reply(new StringValue { Value = "first" }));
        Assert.Equal(1u, _peer.Next()!.Value.StreamId);
        Assert.False(first.Reply(new Empty()));
        Assert.False(first.Fail(TtrpcCode.Internal, "too late"));
        Assert.False(first.Send(new Empty()));
        Assert.Equal(0, _server.ActiveCalls);
        AssertEcho(5);
    }

    [Fact]
    public void A_call_that_takes_too_long_is_answered_by_its_time()
    {
        ServerCall call = Hold(1, TimeSpan.FromMilliseconds(20));
        Assert.Equal(TimeSpan.FromMilliseconds(20), call.Timeout);
        AssertStatus(1, TtrpcCode.DeadlineExceeded, "context deadline exceeded");
        RawPeer.Await(_cancelled.Task);
        Assert.False(call.Reply(new Empty()));
        TaskCompletionSource late = new();
        call.OnCancelled(late.SetResult);
        RawPeer.Await(late.Task);
    }

    [Fact]
    public void An_answer_in_time_stops_the_clock()
    {
        Assert.True(Hold(1, TimeSpan.FromDays(10_000)).Reply(new Empty()));
        Assert.True(_peer.NextStatus(1).IsOk);
        Assert.False(_cancelled.Task.IsCompleted);
    }

    [Fact]
    public void Open_calls_learn_of_a_lost_connection()
    {
        ServerCall call = Hold(1);
        _peer.Dispose();
        RawPeer.Await(_cancelled.Task);
        Assert.False(call.Reply(new Empty()));
        Assert.Equal(0, _server.ActiveCalls);
    }

    [Fact]
    public void A_request_must_be_read_in_its_handler()
    {
        ServerCall call = Hold(1);
        _thread.Run(() => 0);
        Assert.Throws<InvalidOperationException>(() => call.Payload);
        Assert.Throws<InvalidOperationException>(() => call.OnMessage(_ => { }));
        Assert.True(call.Reply(new Empty()));
    }

    [Fact]
    public void A_flood_of_calls_is_bounded()
    {
        for (uint i = 0; i < ServerConnection.MostCalls; i++) _peer.Request((2 * i) + 1, Service, "Hold");
        _peer.Request(20_001, Service, "Hold");
        AssertStatus(20_001, TtrpcCode.ResourceExhausted, "more than 8192 calls at once");
        Assert.Equal(ServerConnection.MostCalls, _server.ActiveCalls);
        lock (_lock) Assert.All(_held, c => Assert.True(c.Reply(new Empty())));
        for (int i = 0; i < ServerConnection.MostCalls; i++) Assert.NotNull(_peer.Next());
        AssertEcho(30_001);
    }
}
