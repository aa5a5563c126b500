using System.Text.Json;

namespace Cofferdam.Shim.Tests.Wire;

/// <summary>The task service of a shim, called past containerd: what ctr has no words for.</summary>
internal sealed class TaskConnection(string socket) : IDisposable
{
    private readonly TtrpcConnection _connection = new(socket);

    /// <summary>containerd 2 speaks v3 and runc's shim then nothing else; the messages are the same.</summary>
    public string Service { get; set; } = ContainerdPrograms.Version.Major < 2 ? "containerd.task.v2.Task" : "containerd.task.v3.Task";

    public TtrpcConnection Raw => _connection;

    public TtrpcReply Call(string method, ProtobufMessage request) => _connection.Call(Service, method, request);

    /// <summary>For the methods that take an id, and maybe the id of an exec.</summary>
    public TtrpcReply Call(string method, string id, string exec = "") => Call(method, Request(id, exec));

    public uint Send(string method, string id, string exec = "") => _connection.Send(Service, method, Request(id, exec));

    public uint Send(string method, ProtobufMessage request) => _connection.Send(Service, method, request);

    public TtrpcReply Receive(uint stream) => _connection.Receive(stream);

    public TtrpcReply Kill(string id, uint signal, bool all = false, string exec = "") =>
        Call("Kill", Request(id, exec).Number(3, signal).Number(4, all ? 1u : 0));

    public TtrpcReply Update(string id, string resources)
    {
        JsonElement.Parse(resources);
        return Call("Update", new ProtobufMessage().Text(1, id)
            .Any(2, "types.containerd.io/opencontainers/runtime-spec/1/LinuxResources", System.Text.Encoding.UTF8.GetBytes(resources)));
    }

    public void Dispose() => _connection.Dispose();

    private static ProtobufMessage Request(string id, string exec)
    {
        ProtobufMessage request = new ProtobufMessage().Text(1, id);
        return exec.Length > 0 ? request.Text(2, exec) : request;
    }
}
