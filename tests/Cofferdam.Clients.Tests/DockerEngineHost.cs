using System.Text.Json;
using Cofferdam.Testing;

namespace Cofferdam.Clients.Tests;

/// <summary>dockerd with its own containerd, its default bridge and seccomp profile; only the runtime that containers ask for is ours.</summary>
public abstract class DockerEngineHost : EngineHost
{
    private protected const string OurRuntime = "coffer";

    private readonly string _runtime;

    /// <param name="runtime">What <c>--runtime</c> names.</param>
    /// <param name="programs">dockerd, containerd, the shim: names, or paths whose directories are the first of PATH.</param>
    private protected DockerEngineHost(string runtime, params ReadOnlySpan<string> programs)
        : base("docker", [.. programs, "iptables"])
    {
        _runtime = runtime;
        if (Unavailable != null)
        {
            return;
        }

        foreach (string program in programs)
        {
            if (Path.GetDirectoryName(program) is { Length: > 0 } directory)
            {
                Host.Variables["PATH"] = $"{directory}:{Host.Variables["PATH"]}";
            }
        }

        string socket = $"unix://{Host.Folder}/docker.sock";
        Host.StartDaemon(
            [
                "dockerd", "--host", socket, "--data-root", $"{Host.Folder}/data", "--exec-root", "/run/docker-exec",
                "--pidfile", "/run/docker.pid", "--storage-driver", "vfs", "--exec-opt", "native.cgroupdriver=cgroupfs",
                "--cgroup-parent", "/" + Host.Name, "--default-ulimit", "nofile=1024:1024",
                "--add-runtime", $"{OurRuntime}={RuntimeUnderTest.Path}",
            ],
            readyLine: "API listen on");
        Host.Variables["DOCKER_HOST"] = socket;
        Run("import", BusyboxRootfs.CreateTarIn(Host.Folder), Image).Succeeded();
    }

    internal override string Image => "busybox:test";

    internal override bool UsesShim => true;

    internal override int MissingProgramInExec => 126;

    internal override IReadOnlyList<string> RemoveForced => ["rm", "-f"];

    internal override string CountedProcesses(string container) =>
        JsonDocument.Parse(Run("stats", "--no-stream", "--format", "{{json .}}", container).Succeeded()).RootElement.GetProperty("PIDs").GetString()!;

    internal override string AddressOf(JsonElement inspected) =>
        inspected.GetProperty("NetworkSettings").GetProperty("IPAddress").GetString()!;

    private protected override IReadOnlyList<string> CommandLine(IReadOnlyList<string> arguments) => [Client, .. WithRuntime(arguments)];

    private static string Client => Prerequisites.Locate("docker")!;

    private IEnumerable<string> WithRuntime(IReadOnlyList<string> arguments) =>
        arguments[0] is "run" or "create" ? [arguments[0], "--runtime", _runtime, .. arguments.Skip(1)] : arguments;
}
