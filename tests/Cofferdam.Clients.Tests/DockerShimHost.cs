using System.Diagnostics;
using Cofferdam.Testing;

namespace Cofferdam.Clients.Tests;

/// <summary>A newer dockerd and containerd, whose containers run by our shim: named at <c>--runtime</c>, without a word of
/// configuration, which Docker 20.10 does not know.</summary>
public sealed class DockerShimHost : DockerEngineHost
{
    public DockerShimHost()
        : base("io.containerd.coffer.v2", Fetched("docker", "dockerd"), Fetched("containerd", "containerd"), Path.Combine(Repository, "out/bin/containerd-shim-coffer-v2"))
    {
    }

    // As the newer docker says it, of whatever runtime.
    internal override int MissingProgramInExec => 127;

    private static string Repository => RuntimeUnderTest.FindRepositoryRoot();

    /// <summary>The path of a program that eng/fetch-NAME.sh has unpacked; where that was not possible there is no file.</summary>
    private static string Fetched(string name, string program)
    {
        using Process fetch = Process.Start(new ProcessStartInfo(Path.Combine(Repository, $"eng/fetch-{name}.sh")) { RedirectStandardOutput = true })!;
        string directory = fetch.StandardOutput.ReadToEnd().Trim();
        fetch.WaitForExit();
        return fetch.ExitCode == 0 ? Path.Combine(directory, program) : Path.Combine(Repository, ".cache", name, program);
    }
}
