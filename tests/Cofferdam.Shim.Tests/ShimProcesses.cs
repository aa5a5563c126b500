using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>Finds shims among the processes.</summary>
internal static class ShimProcesses
{
    /// <summary>The shims of a namespace: containerd names it on their command line, or they work in its bundles.</summary>
    public static IReadOnlyList<int> Of(string tag) => [.. Processes.All().Where(p => IsShim(p) && Concerns(p, tag) && Processes.IsAlive(p))];

    private static bool IsShim(int pid) => Processes.CommandLine(pid).Split(' ')[0].Contains("containerd-shim-", StringComparison.Ordinal);

    private static bool Concerns(int pid, string tag) =>
        Processes.CommandLine(pid).Split(' ').Contains(tag) || WorkingDirectory(pid).Contains($"/{tag}/", StringComparison.Ordinal);

    private static string WorkingDirectory(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/cwd").LinkTarget ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
