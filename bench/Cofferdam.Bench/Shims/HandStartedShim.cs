using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Cofferdam.Bench.Shims;

/// <summary>A shim started as containerd starts it, and one container in it, called as containerd calls it. containerd itself takes the events only.</summary>
internal sealed class HandStartedShim : IDisposable
{
    private const ulong Sigkill = 9;
    private readonly Lane _lane;
    private readonly Bundle _bundle;
    private readonly ShimConnection _connection;
    private readonly WatchedProcess _process;
    private readonly int _log;
    private readonly byte[] _exec;
    private int _execs;

    private HandStartedShim(Lane lane, string id, string program, string? tracedTo)
    {
        _lane = lane;
        Id = id;
        _bundle = CreateBundle(lane, Id, program);
        _exec = ExecSpec();
        // containerd reads the shim's log from a fifo; a shim may wait until someone has it open.
        string log = Path.Combine(_bundle.Folder, "log");
        Libc.mkfifo(log, 0x1c0);
        _log = Libc.open(log, Libc.OCloexec | Libc.ONonblock);

        long start = Stopwatch.GetTimestamp();
        (string address, int version) = Bootstrap(tracedTo);
        StartMilliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        _connection = new ShimConnection(address, version);
        // There is no container yet, so it may answer with a status; the process is what is asked for.
        Pid = (int)ProtoMessage.Number(_connection.TryCall("Connect", OfContainer()), 1);
        AnswerMilliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        _process = Pid != 0 ? new WatchedProcess(Pid) : throw new PeerFailedException("Connect does not tell the shim's process");
    }

    public string Id { get; }

    public int Pid { get; }

    /// <summary>From the start of the program to its end with the address printed.</summary>
    public double StartMilliseconds { get; }

    /// <summary>From the start of the program to the first answered call.</summary>
    public double AnswerMilliseconds { get; }

    public static HandStartedShim Start(Lane lane, string program) => new(lane, lane.NextId(), program, null);

    /// <summary>The same below strace, which follows the shim and all that it starts until they end.</summary>
    public static HandStartedShim StartTraced(Lane lane, string program, string trace) => new(lane, lane.NextId(), program, trace);

    /// <summary>With a rootfs from an overlay mount, as the default snapshotter has it.</summary>
    public void Create()
    {
        string folder = _bundle.Folder;
        ProtoMessage mount = new ProtoMessage().Add(1, "overlay").Add(2, "overlay")
            .Add(4, $"workdir={folder}/work").Add(4, $"upperdir={folder}/upper").Add(4, $"lowerdir={_lane.Rootfs}");
        ProtoMessage request = new ProtoMessage().Add(1, Id).Add(2, folder).Add(3, mount);
        if (_lane.Peer.Binary != null)
        {
            request.Add(10, ProtoMessage.Any("containerd.runc.v1.Options", new ProtoMessage().Add(6, _lane.Peer.Binary).Encoded));
        }

        _connection.Call("Create", request);
    }

    public void StartContainer() => _connection.Call("Start", OfContainer());

    /// <summary>Runs /bin/true in the container: exec, start, wait, delete.</summary>
    public void Exec(string output = "", string errors = "")
    {
        string id = "e" + ++_execs;
        _connection.Call("Exec", new ProtoMessage().Add(1, Id).Add(2, id).Add(5, output).Add(6, errors)
            .Add(7, ProtoMessage.Any("types.containerd.io/opencontainers/runtime-spec/1/Process", _exec)));
        _connection.Call("Start", OfExec(id));
        byte[] exit = _connection.Call("Wait", OfExec(id));
        if (ProtoMessage.Number(exit, 1) != 0)
        {
            throw new PeerFailedException($"exec: exit code {ProtoMessage.Number(exit, 1)}");
        }

        _connection.Call("Delete", OfExec(id));
    }

    /// <summary>The same with fifos for what the program prints, read to their ends.</summary>
    public void ExecWithFifos()
    {
        string output = Path.Combine(_bundle.Folder, $"out{_execs}");
        string errors = Path.Combine(_bundle.Folder, $"err{_execs}");
        using var first = new FifoReader(output);
        using var second = new FifoReader(errors);
        Exec(output, errors);
        first.ReadToEnd();
        second.ReadToEnd();
    }

    public void Kill()
    {
        _connection.Call("Kill", OfContainer().Add(3, Sigkill));
        Await();
    }

    /// <summary>Until the container has ended.</summary>
    public void Await() => _connection.Call("Wait", OfContainer());

    public void Delete() => _connection.Call("Delete", OfContainer());

    /// <summary>Until its process has ended.</summary>
    public void Shutdown()
    {
        _connection.TryCall("Shutdown", OfContainer());
        _process.WaitUntilExit();
    }

    /// <summary>Lets go of it. The bundle stays in the workspace's tmpfs.</summary>
    public void Dispose()
    {
        _connection.Dispose();
        _process.Dispose();
        Libc.close(_log);
    }

    private ProtoMessage OfContainer() => new ProtoMessage().Add(1, Id);

    private ProtoMessage OfExec(string exec) => OfContainer().Add(2, exec);

    private (string Address, int Version) Bootstrap(string? tracedTo)
    {
        string containerd = _lane.Containerd.Socket;
        string[] arguments = ["-namespace", PrivateContainerd.Namespace, "-address", containerd, "-publish-binary", _lane.Programs.Containerd, "-id", Id, "start"];
        // What containerd 1.6 sets; shims written in Go run with two threads at once.
        string[] environment = [$"PATH={_lane.ShimFolder}:{_lane.Programs.SearchPath}", "HOME=/root", "GOMAXPROCS=2", "MAX_SHIM_VERSION=2",
            $"TTRPC_ADDRESS={_lane.Containerd.EventSocket}", $"GRPC_ADDRESS={containerd}", $"NAMESPACE={PrivateContainerd.Namespace}"];
        string log = Path.Combine(_lane.Folder, "shims.log");
        (string output, int code) = tracedTo == null
            ? Spawned.Read(_lane.Shim, arguments, environment, _bundle.Folder, log)
            : Spawned.Read("/usr/bin/strace", ["-D", "-f", "-ttt", "-s", "200", "-e", "signal=none", "-o", tracedTo, "--", _lane.Shim, .. arguments], environment, _bundle.Folder, log);
        if (code != 0 || output.Length == 0)
        {
            throw new PeerFailedException($"{_lane.Peer.FileName} start: exit code {code}: {File.ReadLines(log).LastOrDefault()}");
        }

        if (output[0] != '{')
        {
            return (output, 2);
        }

        JsonNode json = JsonNode.Parse(output)!;
        return ((string)json["address"]!, (int)json["version"]!);
    }

    private static Bundle CreateBundle(Lane lane, string id, string program)
    {
        var bundle = new Bundle(Path.Combine(lane.Folder, "bundles", id), "rootfs", program, $"{lane.Direct.Path}/{id}");
        foreach (string name in (string[])["rootfs", "upper", "work"])
        {
            Directory.CreateDirectory(Path.Combine(bundle.Folder, name));
        }

        bundle.Write();
        return bundle;
    }

    private byte[] ExecSpec()
    {
        JsonNode process = _bundle.Config["process"]!.DeepClone();
        process["args"] = new JsonArray("/bin/true");
        return System.Text.Encoding.UTF8.GetBytes(process.ToJsonString());
    }
}
