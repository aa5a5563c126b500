using Cofferdam.Testing;

namespace Cofferdam.Clients.Tests;

/// <summary>containerd with its own runc shim; only <c>--runc-binary</c> is ours.</summary>
public sealed class ContainerdHost : ClientHost
{
    private readonly string[] _ctr = [];
    private readonly string _rootfs = "";

    public ContainerdHost()
        : base("containerd", "ctr", "containerd-shim-runc-v2")
    {
        if (Unavailable != null)
        {
            return;
        }

        string configuration = Path.Combine(Host.Folder, "containerd.toml");
        File.WriteAllText(configuration, $"""
            version = 2
            root = "{Host.Folder}/root"
            state = "/run/containerd"
            disabled_plugins = ["io.containerd.grpc.v1.cri"]
            [grpc]
              address = "{Host.Folder}/containerd.sock"
            """);
        _rootfs = BusyboxRootfs.CreateIn(Host.Folder);
        // The namespace is also the parent cgroup of its containers.
        _ctr = ["ctr", "--address", $"{Host.Folder}/containerd.sock", "--namespace", Host.Name];
        Host.StartDaemon(["containerd", "--config", configuration, "--log-level", "info"], readyLine: "containerd successfully booted");
    }

    private protected override IReadOnlyList<string> CommandLine(IReadOnlyList<string> arguments) => [.. _ctr, .. WithRuntime(arguments)];

    /// <summary>Blocks until containerd has told that the container runs.</summary>
    internal void WaitForTask(string container) =>
        OnHost("/bin/sh", "-c", $"until {string.Join(' ', _ctr)} task ls | grep -q '{container}.*RUNNING'; do :; done").Succeeded();

    internal string CgroupOf(string container) => $"{Host.Name}/{container}";

    private IEnumerable<string> WithRuntime(IReadOnlyList<string> arguments) => arguments[0] == "run"
        ? ["run", "--runc-binary", RuntimeUnderTest.Path, .. arguments.Skip(1).Select(a => a == "ROOTFS" ? _rootfs : a)]
        : arguments;
}
