using System.Diagnostics;
using Cofferdam.Api;
using Cofferdam.Api.Events;
using Cofferdam.Api.Task.V2;
using Cofferdam.Api.TtrpcEvents.V1;
using Cofferdam.Api.Types;
using Cofferdam.Linux;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Process = System.Diagnostics.Process;

namespace Cofferdam.Ttrpc.Tests;

/// <summary>Our client with servers in Go: a containerd of our own, and its runc shim.</summary>
[Trait("Layer", "Kernel")]
public sealed class GoServerTests : IDisposable
{
    private const string Shim = "/usr/bin/containerd-shim-runc-v2";
    private const string Containerd = "/usr/bin/containerd";

    private readonly string _folder = Directory.CreateTempSubdirectory("ttrpc-go-").FullName;
    private readonly LoopThread _thread = new();

    public GoServerTests() => Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists(Containerd) && File.Exists(Shim), "needs root and containerd");

    public void Dispose()
    {
        _thread.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Events_are_forwarded_to_containerd()
    {
        File.WriteAllText($"{_folder}/config.toml", $"""
            version = 2
            root = "{_folder}/root"
            state = "{_folder}/state"
            disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
            [grpc]
              address = "{_folder}/c.sock"
            [ttrpc]
              address = "{_folder}/c.sock.ttrpc"
            """);
        using Process containerd = Process.Start(new ProcessStartInfo(Containerd, ["-c", $"{_folder}/config.toml"]) { RedirectStandardError = true })!;
        try
        {
            while (await containerd.StandardError.ReadLineAsync() is { } line && !line.Contains("successfully booted", StringComparison.Ordinal))
            {
            }

            _ = containerd.StandardError.ReadToEndAsync();
            using TtrpcClient client = TtrpcClient.Connect(_thread.Loop, $"{_folder}/c.sock.ttrpc");
            await ForwardAsync(client);
        }
        finally
        {
            containerd.Kill();
            await containerd.WaitForExitAsync();
        }
    }

    private static async Task ForwardAsync(TtrpcClient client)
    {
        const string Service = "containerd.services.events.ttrpc.v1.Events";
        Envelope envelope = new()
        {
            Namespace = "ttrpc",
            Topic = "/tasks/oom",
            Timestamp = Timestamp.FromDateTime(DateTime.UtcNow),
            Event = AnyMessages.Pack(new TaskOOM { ContainerId = "c1" }, TypeUrls.TaskOOM),
        };
        ForwardRequest request = new() { Envelope = envelope };
        List<KeyValuePair<string, string>> metadata = [new("containerd-namespace-ttrpc", "ttrpc")];
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => client.CallAsync(Service, "Forward", request, Empty.Parser, RawPeer.Patience, metadata)));

        envelope.Topic = "no slash";
        Assert.Equal(TtrpcCode.InvalidArgument, await CodeOf(client.CallAsync(Service, "Forward", request, Empty.Parser, metadata: metadata)));
        Assert.Equal(TtrpcCode.Unimplemented, await CodeOf(client.CallAsync(Service, "Backward", request, Empty.Parser)));
        Assert.Equal(TtrpcCode.Unimplemented, await CodeOf(client.CallAsync("no.Service", "Forward", request, Empty.Parser)));
        // The largest request that Go takes, and one that it never sees.
        Assert.Equal(TtrpcCode.Unimplemented, await CodeOf(client.CallAsync("no.Service", "M", Bytes((4 << 20) - 100), Empty.Parser)));
        Assert.Equal(TtrpcCode.ResourceExhausted, await CodeOf(client.CallAsync("no.Service", "M", Bytes(4 << 20), Empty.Parser)));
    }

    [Fact]
    public async Task The_runc_shim_is_asked_and_shut_down()
    {
        File.WriteAllText($"{_folder}/config.json", """{"ociVersion":"1.0.2","annotations":{}}""");
        // The shim does not start without somebody who reads its log and takes its events.
        using (Process make = Process.Start("mkfifo", $"{_folder}/log")) await make.WaitForExitAsync();
        using OwnedFd log = Files.Open($"{_folder}/log", OpenFlags.NonBlocking);
        using TtrpcServer events = new(_thread.Loop);
        events.Listen(UnixSockets.Listen($"{_folder}/c.sock.ttrpc"), _ => true);
        ProcessStartInfo start = new(Shim, ["-namespace", "ttrpc", "-id", Path.GetFileName(_folder), "-address", $"{_folder}/c.sock", "-publish-binary", Containerd, "start"])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            Environment = { ["TTRPC_ADDRESS"] = $"{_folder}/c.sock.ttrpc" },
        };
        using Process starter = Process.Start(start)!;
        string address = await starter.StandardOutput.ReadToEndAsync();
        await starter.WaitForExitAsync();
        try
        {
            await AskAndShutDownAsync(address);
        }
        finally
        {
            File.Delete(address["unix://".Length..]);
        }
    }

    private async Task AskAndShutDownAsync(string address)
    {

        const string Service = "containerd.task.v2.Task";
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using TtrpcClient client = TtrpcClient.Connect(_thread.Loop, address);
        client.Closed += closed.SetResult;
        Assert.Equal(TtrpcCode.NotFound, await CodeOf(client.CallAsync(Service, "State", new StateRequest { Id = "c1" }, StateResponse.Parser, RawPeer.Patience)));
        Assert.Equal(TtrpcCode.Unimplemented, await CodeOf(client.CallAsync(Service, "Jump", new StateRequest(), Empty.Parser)));
        // With nothing to run it ends; what it answers to that may be lost with it.
        client.Call(Service, "Shutdown", new ShutdownRequest { Id = "c1", Now = true }, _ => { });
        await closed.Task.WaitAsync(RawPeer.Patience);
    }

    private static BytesValue Bytes(int count) => new() { Value = UnsafeByteOperations.UnsafeWrap(new byte[count]) };

    private static async System.Threading.Tasks.Task<TtrpcCode> CodeOf(Task call) =>
        (await Assert.ThrowsAsync<TtrpcException>(() => call.WaitAsync(RawPeer.Patience))).Status.Code;
}
