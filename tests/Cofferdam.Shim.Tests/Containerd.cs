using System.Globalization;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>One containerd with root, state and socket of its own; it can be killed and started again.</summary>
internal sealed class Containerd : IDisposable
{
    /// <summary>What a pod's first container is made of; it must sleep.</summary>
    public const string SandboxImage = "example.org/pause:test";

    private const string NoCri = "\"io.containerd.grpc.v1.cri\", \"io.containerd.cri.v1.images\", \"io.containerd.cri.v1.runtime\",";

    private static readonly string s_base = Path.Combine(Path.GetTempPath(), $"coffer-shim-{Surroundings.SuiteId}");
    private static int s_next;

    private readonly string _configuration;
    private readonly bool _withCri;
    private Command? _daemon;

    /// <param name="withCri">With the plugin that the kubelet calls.</param>
    public Containerd(bool withCri = false)
    {
        Folder = Path.Combine(s_base, string.Create(CultureInfo.InvariantCulture, $"d{Interlocked.Increment(ref s_next)}"));
        Directory.CreateDirectory(Folder);
        Socket = Path.Combine(Folder, "containerd.sock");
        _withCri = withCri;
        _configuration = Path.Combine(Folder, "containerd.toml");
        File.WriteAllText(_configuration, $"""
            version = 2
            root = "{Folder}/root"
            state = "{Folder}/state"
            disabled_plugins = [{(withCri ? "" : NoCri)} "io.containerd.nri.v1.nri",
              "io.containerd.internal.v1.opt", "io.containerd.internal.v1.restart", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.btrfs",
              "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.blockfile"]
            # Nothing but a wish of the tests removes anything: 1.6 may take away what is just being unpacked.
            [plugins."io.containerd.gc.v1.scheduler"]
              deletion_threshold = 0
              mutation_threshold = 1000000
              startup_delay = "24h"
            [debug]
              level = "info"
            [grpc]
              address = "{Socket}"
            {(withCri ? Cri : "")}
            """);
        MakeShimDirectory();
        if (withCri)
            MakeNetwork();
        Start();
    }

    // The host of the tests has no hugetlb controller, and may not lower an oom_score_adj.
    private string Cri => $"""
        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = "{SandboxImage}"
          disable_hugetlb_controller = true
          tolerate_missing_hugetlb_controller = true
          restrict_oom_score_adj = true
          disable_apparmor = true
          stream_server_address = "127.0.0.1"
          [plugins."io.containerd.grpc.v1.cri".containerd]
            default_runtime_name = "tested"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.tested]
              runtime_type = "{ShimUnderTest.Runtime}"
            # What a runtime can do, containerd asks runc's shim alone, or what stands in its place.
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.in-place]
              runtime_type = "{ShimUnderTest.RuncName}"
              runtime_path = "{ShimUnderTest.Path}"
          [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "/usr/lib/cni"
            conf_dir = "{Folder}/cni"
        """;

    public string Folder { get; }

    public string Socket { get; }

    /// <summary>Where each running task has its bundle, by namespace and id.</summary>
    public string Bundles => Path.Combine(Folder, "state/io.containerd.runtime.v2.task");

    public string Log => _daemon!.Stderr;

    public int Pid => _daemon!.Pid;

    /// <summary>What containerd, and so every shim, has as PATH.</summary>
    public string SearchPath => string.Join(':', Path.Combine(Folder, "shims"), ContainerdPrograms.Directory, Path.GetDirectoryName(ShimUnderTest.Path),
        Criu.IsThere ? Criu.Directory : "/nonexistent", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

    public IReadOnlyList<string> Ctr(string space, IReadOnlyList<string> arguments) =>
        [Path.Combine(ContainerdPrograms.Directory, "ctr"), "--address", Socket, "--namespace", space, .. arguments];

    public void Start()
    {
        var options = new CommandOptions
        {
            Directory = Folder,
            Environment = new Dictionary<string, string> { ["PATH"] = SearchPath, ["LC_ALL"] = "C" },
        };
        // The networks of pods are to be none of the host's.
        string[] apart = _withCri ? ["unshare", "--net"] : [];
        _daemon = Command.Start([.. apart, Path.Combine(ContainerdPrograms.Directory, "containerd"), "--config", _configuration], options);
        Eventually.True(() => Command.Run(Ctr("default", ["namespaces", "ls", "-q"]), options).ExitCode == 0 || _daemon.HasExited, "containerd answers");
        Assert.False(_daemon.HasExited, _daemon.Stderr);
    }

    /// <summary>Ends it with no chance to put anything in order.</summary>
    public void Kill()
    {
        _daemon!.Signal(Libc.SIGKILL);
        _daemon.Wait();
        _daemon.Dispose();
    }

    public void Dispose()
    {
        _daemon!.Signal(Libc.SIGTERM);
        _daemon.Wait();
        _daemon.Dispose();
        if (!MountInfo.Read("self").Any(m => m.MountPoint.StartsWith(Folder + "/", StringComparison.Ordinal)))
            Directory.Delete(Folder, recursive: true);
        if (!Directory.EnumerateFileSystemEntries(s_base).Any())
            Directory.Delete(s_base);
    }

    private void MakeNetwork()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "cni"));
        File.WriteAllText(Path.Combine(Folder, "cni/10-pods.conflist"), $$$"""
            {"cniVersion":"0.4.0","name":"pods","plugins":[{"type":"ptp","ipam":{"type":"host-local","subnet":"10.98.0.0/24","dataDir":"{{{Folder}}}/addresses"}}]}
            """);
    }

    /// <summary>ctr passes runc's options to io.containerd.runc.v2 alone: under that name the shim under test is found.</summary>
    private void MakeShimDirectory()
    {
        string directory = Path.Combine(Folder, "shims");
        Directory.CreateDirectory(directory);
        File.CreateSymbolicLink(Path.Combine(directory, "containerd-shim-runc-v2"), ShimUnderTest.Path);
    }
}
