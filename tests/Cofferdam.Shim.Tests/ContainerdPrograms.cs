using System.Diagnostics;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>Where containerd and ctr are: <c>COFFER_CONTAINERD</c> is a directory, or a suite of Debian that
/// eng/fetch-containerd.sh unpacks. Without it the tests run with the installed one and then with sid's.</summary>
internal static class ContainerdPrograms
{
    public const string Variable = "COFFER_CONTAINERD";

    private static readonly Lazy<Version> s_version = new(ReadVersion);

    public static string Directory { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : "/usr/bin";

    public static Version Version => s_version.Value;

    /// <summary>Why there is nothing to test with, or null.</summary>
    public static string? Missing =>
        new[] { "containerd", "ctr", "containerd-shim-runc-v2" }.FirstOrDefault(p => !File.Exists(Path.Combine(Directory, p))) is { } program
            ? $"'{program}' is not in '{Directory}'"
            : null;

    /// <summary>The directories to run the suite with, one after the other.</summary>
    public static IEnumerable<string> Choose()
    {
        string chosen = Environment.GetEnvironmentVariable(Variable) ?? "";
        if (chosen.Contains('/'))
            return [chosen];
        string? fetched = Fetch(chosen.Length > 0 ? chosen : "sid");
        return chosen.Length > 0 ? [fetched ?? chosen] : fetched is null ? ["/usr/bin"] : ["/usr/bin", fetched];
    }

    private static string? Fetch(string suite)
    {
        var start = new ProcessStartInfo(Path.Combine(RuntimeUnderTest.FindRepositoryRoot(), "eng/fetch-containerd.sh"), [suite])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string path = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        if (process.ExitCode == 0)
            return path;
        Console.Error.WriteLine($"no containerd of {suite}: eng/fetch-containerd.sh ended with {process.ExitCode}");
        return null;
    }

    /// <summary>"containerd github.com/containerd/containerd/v2 2.1.9+unknown …".</summary>
    private static Version ReadVersion()
    {
        using Process process = Process.Start(new ProcessStartInfo(Path.Combine(Directory, "containerd"), "--version") { RedirectStandardOutput = true })!;
        string[] words = process.StandardOutput.ReadToEnd().Split(' ');
        process.WaitForExit();
        return Version.Parse(new string([.. words[2].TrimStart('v').TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]));
    }
}
