using Cofferdam.Linux;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Ttrpc.Tests;

/// <summary>A client against a peer that answers what it likes.</summary>
public sealed class ClientTests : IDisposable
{
    private static readonly StringValue s_hello = new() { Value = "hello" };

    private readonly LoopThread _thread = new();
    private readonly TtrpcClient _client;
    private readonly RawPeer _peer;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ClientTests()
    {
        (OwnedFd ours, OwnedFd theirs) = UnixSockets.StreamPair();
        _peer = new RawPeer(theirs);
        _client = TtrpcClient.Connect(_thread.Loop, ours);
        _client.Closed += _closed.SetResult;
    }

    public void Dispose()
    {
        _client.Dispose();
        RawPeer.Await(_closed.Task);
        Assert.True(_client.IsClosed);
        _thread.Dispose();
        _peer.Dispose();
    }

    private Task<StringValue> CallAsync(TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        _client.CallAsync("s.S", "M", s_hello, StringValue.Parser, timeout, [new("k", "v")], cancellation);

    private static async Task<TtrpcStatus> StatusOf(Task call) =>
        (await Assert.ThrowsAsync<TtrpcException>(() => call.WaitAsync(RawPeer.Patience))).Status;

    [Fact]
    public async Task Calls_have_odd_growing_numbers_and_get_their_answers()
    {
        Task<StringValue> first = CallAsync(TimeSpan.FromSeconds(30));
        Task<StringValue> second = CallAsync();
        Frame frame = _peer.Next()!.Value;
        RequestMessage request = RequestMessage.Decode(frame.Payload);
        Assert.Equal((1u, FrameType.Request, FrameFlags.None), (frame.StreamId, frame.Type, frame.Flags));
        Assert.Equal(("s.S", "M", 30_000_000_000), (request.Service, request.Method, request.TimeoutNano));
        Assert.Equal([new("k", "v")], request.Metadata);
        Assert.Equal(3u, _peer.Next()!.Value.StreamId);

        _peer.Send(ResponseMessage.Encode(3, new StringValue { Value = "second" }));
        _peer.Send(ResponseMessage.Encode(1, new StringValue { Value = "first" }));
        Assert.Equal("second", (await second.WaitAsync(RawPeer.Patience)).Value);
        Assert.Equal("first", (await first.WaitAsync(RawPeer.Patience)).Value);
    }

    [Fact]
    public async Task A_failure_comes_with_its_details()
    {
        Task call = CallAsync();
        _peer.Send(ResponseMessage.Encode(1, new TtrpcStatus(TtrpcCode.Aborted, "no", [new Any { TypeUrl = "t" }])));
        TtrpcStatus status = await StatusOf(call);
        Assert.Equal((TtrpcCode.Aborted, "no", "t"), (status.Code, status.Message, status.Details[0].TypeUrl));
    }

    [Fact]
    public async Task Wrong_answers_fail_their_call_only()
    {
        Task[] calls = [CallAsync(), CallAsync(), CallAsync(), CallAsync()];
        _peer.SendFrame(1, 2, 0, [0xff]);
        Assert.Equal(TtrpcCode.Internal, (await StatusOf(calls[0])).Code);
        _peer.SendFrame(3, 2, 0, [0x12, 1, 0xff]);
        Assert.Equal(TtrpcCode.Internal, (await StatusOf(calls[1])).Code);
        _peer.SendFrame(5, 3, 0, "abc"u8);
        Assert.Equal("unexpected 'data' message received: protocol error", (await StatusOf(calls[2])).Message);
        _peer.Send(RawPeer.Bytes(4194305, 7, 2, 0));
        _peer.Send(new byte[4194305]);
        Assert.Equal(TtrpcCode.ResourceExhausted, (await StatusOf(calls[3])).Code);

        // Numbers nobody waits for, or that were answered already, and types of later versions.
        _peer.SendFrame(7, 2, 0);
        _peer.SendFrame(8, 2, 0);
        _peer.SendFrame(1001, 3, 0, "abc"u8);
        Task<StringValue> last = CallAsync();
        _peer.SendFrame(9, 66, 0);
        _peer.Send(ResponseMessage.Encode(9, s_hello));
        Assert.Equal("hello", (await last.WaitAsync(RawPeer.Patience)).Value);
    }

    [Fact]
    public async Task A_call_ends_with_its_time_and_a_late_answer_is_ignored()
    {
        TtrpcStatus status = await StatusOf(CallAsync(TimeSpan.FromMilliseconds(10)));
        Assert.Equal(TtrpcCode.DeadlineExceeded, status.Code);
        _peer.Send(ResponseMessage.Encode(1, s_hello));
        Task<StringValue> next = CallAsync();
        _peer.Send(ResponseMessage.Encode(3, s_hello));
        await next.WaitAsync(RawPeer.Patience);
    }

    [Fact]
    public async Task A_call_can_be_given_up()
    {
        using CancellationTokenSource source = new();
        Task call = CallAsync(cancellation: source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => call);
    }

    [Fact]
    public async Task Open_calls_fail_with_the_connection_and_later_ones_too()
    {
        Task call = CallAsync();
        Assert.NotNull(_peer.Next());
        _peer.Dispose();
        Assert.Equal("ttrpc: closed", (await StatusOf(call)).Message);
        await _closed.Task.WaitAsync(RawPeer.Patience);
        Assert.Equal(TtrpcCode.Unavailable, (await StatusOf(CallAsync())).Code);
    }

    [Fact]
    public async Task A_request_that_is_too_large_is_not_sent()
    {
        BytesValue large = new() { Value = UnsafeByteOperations.UnsafeWrap(new byte[5 << 20]) };
        Assert.Equal(TtrpcCode.ResourceExhausted, (await StatusOf(_client.CallAsync("s", "m", large, Empty.Parser))).Code);
        Task<StringValue> next = CallAsync();
        Assert.Equal(1u, _peer.Next()!.Value.StreamId);
        _peer.Send(ResponseMessage.Encode(1, s_hello));
        await next.WaitAsync(RawPeer.Patience);
    }

    [Fact]
    public void A_server_that_does_not_read_does_not_grow_our_memory()
    {
        BytesValue large = new() { Value = UnsafeByteOperations.UnsafeWrap(new byte[1 << 20]) };
        int failed = 0;
        for (int i = 0; i < 20; i++) _client.Call("s", "m", large, r => failed += r.Status.IsOk ? 0 : 1);
        RawPeer.Await(_closed.Task);
        Assert.Equal(20, _thread.Run(() => failed));
    }

    [Fact]
    public void Streams_go_both_ways()
    {
        List<string> words = [];
        TaskCompletionSource<TtrpcResult> ended = new();
        ClientStream stream = _client.OpenStream("s.S", "Chat", null, m => words.Add(StringValue.Parser.ParseFrom(m.Span).Value), ended.SetResult);
        Assert.Equal(FrameFlags.RemoteOpen, _peer.Next()!.Value.Flags);
        Assert.True(stream.Send(s_hello));
        Frame data = _peer.Next()!.Value;
        Assert.Equal((1u, FrameType.Data, FrameFlags.None), (data.StreamId, data.Type, data.Flags));
        _peer.SendFrame(1, 3, 0, new StringValue { Value = "a" }.ToByteArray());
        stream.CloseSend();
        stream.CloseSend();
        Assert.Equal(FrameFlags.RemoteClosed | FrameFlags.NoData, _peer.Next()!.Value.Flags);
        Assert.Throws<InvalidOperationException>(() => stream.Send(s_hello));
        _peer.SendFrame(1, 3, 1, new StringValue { Value = "b" }.ToByteArray());
        Assert.True(RawPeer.Await(ended.Task).Status.IsOk);
        Assert.Equal(["a", "b"], words);
    }

    [Fact]
    public void A_stream_may_end_in_an_answer_or_a_failure()
    {
        TaskCompletionSource<string> answer = new();
        ClientStream stream = _client.OpenStream("s.S", "Count", null, _ => { }, r => answer.SetResult(r.Read(StringValue.Parser).Value));
        stream.Send(s_hello);
        stream.CloseSend();
        _peer.Send(ResponseMessage.Encode(1, s_hello));
        Assert.Equal("hello", RawPeer.Await(answer.Task));
        Assert.False(_client.OpenStream("s.S", "M", s_hello, _ => { }, _ => { }) == stream);
    }
}
