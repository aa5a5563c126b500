using System.Text.Json;
using Cofferdam.Testing;

namespace Cofferdam.Clients.Tests;

/// <summary>podman as root, with its own storage, and nothing changed but <c>--runtime</c>.</summary>
public sealed class PodmanHost : EngineHost
{
    private readonly string[] _podman = [];

    public PodmanHost()
        : base("podman", "conmon")
    {
        if (Unavailable != null)
        {
            return;
        }

        // default_ulimits: podman's own limits are above what a host without CAP_SYS_RESOURCE may set.
        // network_config_dir: networks of this machine's podman are not ours.
        string configuration = Path.Combine(Host.Folder, "containers.conf");
        File.WriteAllText(configuration, $"""
            [containers]
            default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
            [engine]
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            """);
        Host.Variables["CONTAINERS_CONF"] = configuration;
        _podman =
        [
            "podman", "--root", $"{Host.Folder}/storage", "--runroot", "/run/podman-storage", "--tmpdir", "/run/podman",
            "--storage-driver", "vfs", "--runtime", RuntimeUnderTest.Path,
        ];
        Host.Run([.. _podman, "import", BusyboxRootfs.CreateTarIn(Host.Folder), Image]).Succeeded();
    }

    internal override string Image => "localhost/busybox:test";

    internal override int MissingProgramInExec => 127;

    internal override IReadOnlyList<string> RemoveForced => ["rm", "-f", "-t", "0"];

    internal override string CountedProcesses(string container) =>
        JsonDocument.Parse(Run("stats", "--no-stream", "--format", "json", container).Succeeded()).RootElement[0].GetProperty("pids").GetString()!;

    internal override string AddressOf(JsonElement inspected) =>
        inspected.GetProperty("NetworkSettings").GetProperty("Networks").GetProperty("podman").GetProperty("IPAddress").GetString()!;

    private protected override IReadOnlyList<string> CommandLine(IReadOnlyList<string> arguments) => [.. _podman, .. Placed(arguments)];

    // run and create get the parent cgroup that this suite watches.
    private IEnumerable<string> Placed(IReadOnlyList<string> arguments) =>
        arguments[0] is "run" or "create" ? [arguments[0], "--cgroup-parent", "/" + Host.Name, .. arguments.Skip(1)] : arguments;
}
