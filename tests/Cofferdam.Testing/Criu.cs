using Xunit;

namespace Cofferdam.Testing;

/// <summary>The criu that tests use: <c>COFFER_CRIU</c>, or the one that eng/fetch-criu.sh unpacks. Debian 12's own
/// is too old for newer kernels.</summary>
public static class Criu
{
    private static readonly TimeSpan s_fetch = TimeSpan.FromMinutes(3);
    private static readonly Lazy<(string? Path, string Reason)> s_found = new(Find);

    public static string Path => s_found.Value.Path ?? throw new InvalidOperationException(s_found.Value.Reason);

    public static string Directory => System.IO.Path.GetDirectoryName(Path)!;

    public static bool IsThere => s_found.Value.Path is not null;

    public static void Require()
    {
        if (s_found.Value.Path is null)
            Assert.Skip(s_found.Value.Reason);
    }

    /// <summary>Skips the test where kernel and criu lack a feature ("mem_dirty_track", "uffd").</summary>
    public static void RequireFeature(Scratch scratch, string feature)
    {
        CommandResult check = scratch.Host(Path, "check", "--feature", feature);
        Assert.SkipUnless(check.ExitCode == 0, $"criu check --feature {feature}: {check.LastErrorLine}");
    }

    private static (string?, string) Find()
    {
        string directory = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"coffer-criu-{Surroundings.SuiteId}");
        System.IO.Directory.CreateDirectory(directory);
        try
        {
            var options = new CommandOptions { Directory = directory, Timeout = s_fetch };
            string? path = Environment.GetEnvironmentVariable("COFFER_CRIU");
            if (string.IsNullOrEmpty(path))
            {
                CommandResult fetch = Command.Run([System.IO.Path.Combine(RuntimeUnderTest.FindRepositoryRoot(), "eng/fetch-criu.sh")], options);
                if (fetch.ExitCode != 0)
                    return (null, $"no criu: eng/fetch-criu.sh says: {fetch.LastErrorLine}");
                path = fetch.Output;
            }
            CommandResult check = Command.Run([path, "check"], options);
            return check.ExitCode == 0 ? (path, "") : (null, $"{path} check: {check.LastErrorLine}");
        }
        finally
        {
            System.IO.Directory.Delete(directory, recursive: true);
        }
    }
}
