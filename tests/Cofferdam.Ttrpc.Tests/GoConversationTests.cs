using Cofferdam.Api;
using Cofferdam.Api.Events;
using Cofferdam.Api.Task.V2;
using Cofferdam.Api.TtrpcEvents.V1;
using Cofferdam.Linux;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Ttrpc.Tests;

/// <summary>
/// What containerd 1.6.20 and its runc shim said to each other during "ctr run --rm … sh -c 'exit 3'", recorded by a relay
/// before the shim's socket (task) and before containerd's (events).
/// </summary>
public sealed class GoConversationTests
{
    private static readonly Dictionary<string, (MessageParser Request, MessageParser Response)> s_methods = new()
    {
        ["Create"] = (CreateTaskRequest.Parser, CreateTaskResponse.Parser),
        ["Connect"] = (ConnectRequest.Parser, ConnectResponse.Parser),
        ["Start"] = (StartRequest.Parser, StartResponse.Parser),
        ["Wait"] = (WaitRequest.Parser, WaitResponse.Parser),
        ["State"] = (StateRequest.Parser, StateResponse.Parser),
        ["Delete"] = (DeleteRequest.Parser, DeleteResponse.Parser),
        ["Shutdown"] = (ShutdownRequest.Parser, Empty.Parser),
        ["Forward"] = (ForwardRequest.Parser, Empty.Parser),
    };

    [Theory]
    [InlineData("task", 9)]
    [InlineData("events", 4)]
    public void Our_bytes_are_those_of_Go(string name, int calls)
    {
        Dictionary<uint, string> methods = [];
        List<byte> requests = [];
        foreach (Frame frame in Frames(name + ".client"))
        {
            RequestMessage request = RequestMessage.Decode(frame.Payload);
            IMessage payload = s_methods[request.Method].Request.ParseFrom(request.Payload.Span);
            requests.AddRange(RequestMessage.Encode(frame.StreamId, frame.Flags, request.Service, request.Method, payload, request.TimeoutNano, request.Metadata));
            methods[frame.StreamId] = request.Method;
        }

        List<byte> responses = [];
        foreach (Frame frame in Frames(name + ".server"))
        {
            ResponseMessage response = ResponseMessage.Decode(frame.Payload);
            responses.AddRange(ResponseMessage.Encode(frame.StreamId, s_methods[methods[frame.StreamId]].Response.ParseFrom(response.Payload.Span)));
        }

        Assert.Equal(calls, methods.Count);
        Assert.Equal(Convert.ToHexString(Recorded(name + ".client")), Convert.ToHexString([.. requests]));
        Assert.Equal(Convert.ToHexString(Recorded(name + ".server")), Convert.ToHexString([.. responses]));
    }

    [Fact]
    public void A_server_answers_what_containerd_asked()
    {
        using LoopThread thread = new();
        using TtrpcServer server = new(thread.Loop);
        List<string> asked = [];
        server.AddService("containerd.task.v2.Task", call =>
        {
            asked.Add(call.Method);
            if (call.Method == "Delete") call.Reply(new DeleteResponse { ExitStatus = 3, Pid = (uint)call.Read(DeleteRequest.Parser).Id.Length });
            else call.Reply(new Empty());
        });
        (OwnedFd ours, OwnedFd theirs) = UnixSockets.StreamPair();
        server.Serve(ours);
        using RawPeer containerd = new(theirs);
        containerd.Send(Recorded("task.client"));
        for (uint stream = 1; stream <= 17; stream += 2)
        {
            Frame answer = containerd.Next()!.Value;
            Assert.Equal((stream, FrameType.Response, FrameFlags.None), (answer.StreamId, answer.Type, answer.Flags));
            if (stream == 15) Assert.Equal(3u, DeleteResponse.Parser.ParseFrom(ResponseMessage.Decode(answer.Payload).Payload.Span).ExitStatus);
        }

        Assert.Equal(["Create", "Connect", "Connect", "Start", "Wait", "State", "State", "Delete", "Shutdown"], asked);
    }

    [Fact]
    public void Events_have_the_type_urls_and_metadata_that_we_write()
    {
        List<RequestMessage> requests = [.. Frames("events.client").Select(f => RequestMessage.Decode(f.Payload.ToArray()))];
        Assert.All(requests, r => Assert.Contains(new("containerd-namespace-ttrpc", "ttrpcrec"), r.Metadata));
        List<Api.Types.Envelope> envelopes = [.. requests.Select(r => ForwardRequest.Parser.ParseFrom(r.Payload.Span).Envelope)];
        Assert.Equal([TypeUrls.TaskCreate, TypeUrls.TaskStart, TypeUrls.TaskExit, TypeUrls.TaskDelete], envelopes.Select(e => e.Event.TypeUrl));
        Assert.Equal(3u, AnyMessages.Unpack(envelopes[2].Event, TypeUrls.TaskExit, TaskExit.Parser)!.ExitStatus);
    }

    private static byte[] Recorded(string name) =>
        Convert.FromHexString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", name + ".hex")).ReplaceLineEndings(""));

    private static IEnumerable<Frame> Frames(string name)
    {
        FrameReader reader = new();
        ReadOnlyMemory<byte> input = Recorded(name);
        while (reader.TryRead(ref input, out Frame frame)) yield return frame;
    }
}
