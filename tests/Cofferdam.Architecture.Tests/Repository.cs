using System.Diagnostics;

namespace Cofferdam.Architecture.Tests;

/// <summary>The files of this repository, read once.</summary>
internal static class Repository
{
    private static readonly Lazy<IReadOnlyList<string>> s_files = new(ListTracked);
    private static readonly Lazy<IReadOnlyList<SourceFile>> s_sources = new(() =>
        [.. Files.Where(f => f.EndsWith(".cs", StringComparison.Ordinal)).AsParallel().AsOrdered().Select(f => SourceFile.Parse(Full(f)))]);

    public static string RootFolder { get; } = FindRoot();

    /// <summary>Paths relative to the root: all files that are not ignored by git.</summary>
    public static IReadOnlyList<string> Files => s_files.Value;

    public static IReadOnlyList<SourceFile> Sources => s_sources.Value;

    /// <summary>What users run: everything below src/.</summary>
    public static IEnumerable<SourceFile> Product => Sources.Where(s => s.IsUnder("src"));

    public static string Full(string relative) => Path.Combine(RootFolder, relative);

    public static string Relative(string full) => Path.GetRelativePath(RootFolder, full);

    public static string Read(string relative) => File.ReadAllText(Full(relative));

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder != null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Cofferdam.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("Cofferdam.slnx not found above " + AppContext.BaseDirectory);
    }

    // git knows what belongs to the repository; without git or its folder (a source archive) the tree itself is walked.
    private static IReadOnlyList<string> ListTracked()
    {
        var start = new ProcessStartInfo("git", ["-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = RootFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process git = Process.Start(start)!;
            string output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            if (git.ExitCode == 0)
            {
                return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Where(f => File.Exists(Full(f)))];
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No git on this machine.
        }

        string[] skipped = ["artifacts", "out", ".git", ".cache"];
        return [.. Directory.EnumerateFiles(RootFolder, "*", SearchOption.AllDirectories).Select(Relative)
            .Where(f => !skipped.Contains(f.Split('/')[0]))];
    }
}
