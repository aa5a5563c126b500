using System.Globalization;

namespace Cofferdam.Testing;

/// <summary>The executable that the suite drives: <c>COFFER_RUNTIME</c> (a path, or a name found in PATH), by
/// default the repository's own <c>out/bin/coffer-oci</c>.</summary>
public static class RuntimeUnderTest
{
    // Read when it is asked for: the suite of the shim has no use for a runtime.
    private static readonly Lazy<string[]> s_versionLine = new(ReadVersion);
    private static readonly Lazy<Version> s_version = new(() => ParseVersion(s_versionLine.Value.Length > 2 ? s_versionLine.Value[2] : "0.0"));

    public static string Path { get; } = FindExecutable();

    /// <summary><c>runc</c>, <c>crun</c> or <c>coffer-oci</c>, as it calls itself.</summary>
    public static string Name => s_versionLine.Value[0];

    public static Version Version => s_version.Value;

    public static bool IsOurs => Name is "coffer-oci";

    public static string FindRepositoryRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "Cofferdam.slnx")))
                return directory.FullName;
        }
        throw new DirectoryNotFoundException($"no Cofferdam.slnx above '{AppContext.BaseDirectory}'");
    }

    private static string FindExecutable()
    {
        string? wanted = Environment.GetEnvironmentVariable("COFFER_RUNTIME");
        if (string.IsNullOrEmpty(wanted))
            return System.IO.Path.Combine(FindRepositoryRoot(), "out/bin/coffer-oci");
        if (wanted.Contains('/'))
            return System.IO.Path.GetFullPath(wanted);
        string search = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin";
        return search.Split(':').Select(d => System.IO.Path.Combine(d, wanted)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"COFFER_RUNTIME '{wanted}' is not in PATH");
    }

    private static string[] ReadVersion()
    {
        string path = FindExecutable();
        if (!File.Exists(path))
            throw new FileNotFoundException($"no runtime at '{path}': run ./build.sh, or set COFFER_RUNTIME");
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(path, "--version") { RedirectStandardOutput = true })!;
        string line = process.StandardOutput.ReadLine() ?? "";
        process.WaitForExit();
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0 ? words : ["unknown", "version", "0.0"];
    }

    private static Version ParseVersion(string text)
    {
        string digits = new([.. text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
        return Version.TryParse(digits, out Version? version)
            ? version
            : new Version(0, 0);
    }

    public static string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name} {Version} at {Path}");
}
