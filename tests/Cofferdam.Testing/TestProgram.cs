using System.Diagnostics;
using Xunit.Runner.InProc.SystemConsole;

namespace Cofferdam.Testing;

/// <summary>The entry point that both suites share: tells which runtime is tested and prints a line per test.</summary>
public static class TestProgram
{
    private const string Unified = "/sys/fs/cgroup/unified";

    public static async Task<int> Run(string[] args)
    {
        if (Libc.geteuid() == 0 && RuntimeUnderTest.Name == "crun" && HasUnified() && !args.Contains("-list"))
            return RunWithoutUnified(args);
        return await Run(args, $"runtime under test: {RuntimeUnderTest.Describe()}");
    }

    public static async Task<int> Run(string[] args, string heading)
    {
        Console.WriteLine(heading);
        string[] reporter = args.Contains("-reporter") || args.Contains("-list") ? [] : ["-reporter", "lines"];
        string[] color = Console.IsOutputRedirected && !args.Contains("-noColor") ? ["-noColor"] : [];
        return await ConsoleRunner.Run([.. args, .. reporter, .. color]);
    }

    private static bool HasUnified() =>
        File.Exists(Unified + "/cgroup.controllers");

    /// <summary>crun refuses hosts where the v2 hierarchy beside v1 has a controller: it gets a view without that one,
    /// in a mount namespace of its own.</summary>
    private static int RunWithoutUnified(string[] args)
    {
        var start = new ProcessStartInfo("unshare");
        string[] command = ["-m", "sh", "-c", $"umount {Unified} && mount -t tmpfs none {Unified} && exec \"$@\"", "sh", Environment.ProcessPath!, .. args];
        foreach (string word in command)
            start.ArgumentList.Add(word);
        using Process inner = Process.Start(start)!;
        inner.WaitForExit();
        return inner.ExitCode;
    }
}
