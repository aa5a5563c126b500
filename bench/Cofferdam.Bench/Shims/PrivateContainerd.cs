using System.Net.Sockets;

namespace Cofferdam.Bench.Shims;

/// <summary>A containerd with root, state and socket of its own, which finds one shim only.</summary>
internal sealed class PrivateContainerd
{
    private const int LimitMilliseconds = 20_000;
    private readonly string _ctr;
    private readonly string _log;
    private readonly Spawned _daemon;

    /// <param name="programs">Where containerd and ctr are.</param>
    /// <param name="folder">For its root, state, socket and log.</param>
    /// <param name="root">For its content, snapshots and database.</param>
    /// <param name="shims">The folder with the shim, first in its PATH.</param>
    /// <param name="group">Where it runs, and with it the shims that it starts.</param>
    public PrivateContainerd(ProgramFinder programs, string folder, string root, string shims, CpuGroup group)
    {
        _ctr = programs.Find("ctr");
        _log = Path.Combine(folder, "containerd.log");
        Directory.CreateDirectory(folder);
        Socket = Path.Combine(folder, "containerd.sock");
        string config = Path.Combine(folder, "config.toml");
        File.WriteAllText(config, Configuration(root, Path.Combine(folder, "state"), Socket));
        _daemon = Spawned.Start(programs.Containerd, ["--config", config], [$"PATH={shims}:{programs.SearchPath}", "HOME=/root"], folder,
            Libc.open("/dev/null", Libc.OCloexec | 1), _log);
        group.Add(Pid);
        WaitUntilItAnswers();
    }

    public const string Namespace = "bench";

    public int Pid => _daemon.Pid;

    public string Socket { get; }

    /// <summary>Where it takes the events of shims.</summary>
    public string EventSocket => Socket + ".ttrpc";

    public void Stop()
    {
        Libc.kill(Pid, Libc.Sigkill);
        _daemon.WaitUntilExit();
    }

    public Command Ctr(params IReadOnlyList<string> arguments) => new(_ctr, ["--address", Socket, "--namespace", Namespace, .. arguments]);

    // Without the plugins that look at the host (cri, opt makes /opt/containerd, nri /var/run/nri) or that this host does not have.
    private static string Configuration(string root, string state, string socket) => $"""
        version = 2
        root = "{root}"
        state = "{state}"
        disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime", "io.containerd.internal.v1.opt",
            "io.containerd.nri.v1.nri", "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp", "io.containerd.snapshotter.v1.aufs",
            "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
        [grpc]
          address = "{socket}"
        [ttrpc]
          address = "{socket}.ttrpc"
        """;

    private void WaitUntilItAnswers()
    {
        long end = Environment.TickCount64 + LimitMilliseconds;
        Command version = Ctr("version");
        while (!Accepts() || version.TryRun(out _) != 0)
        {
            if (Environment.TickCount64 > end || !Directory.Exists($"/proc/{Pid}"))
            {
                throw new PeerFailedException($"containerd does not answer: {File.ReadLines(_log).LastOrDefault()}");
            }

            Thread.Sleep(10);
        }
    }

    private bool Accepts()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(Socket));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
