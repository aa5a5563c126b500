namespace Cofferdam.Stress.Tests;

/// <summary>Where ./build.sh puts programs and their symbols.</summary>
public static class Published
{
    public static string Root { get; } = FindRoot();

    public static string Runtime => PathOf("coffer-oci");

    /// <summary>A program in out/bin.</summary>
    public static string PathOf(string program) => Path.Combine(Root, "out/bin", program);

    /// <summary>The symbols split off a program; skips the test where they belong to another build.</summary>
    public static string Symbols(string program)
    {
        string directory = Path.Combine(Root, "artifacts/publish");
        string? symbols = !Directory.Exists(directory) ? null
            : Directory.EnumerateFiles(directory, program + ".dbg", SearchOption.AllDirectories).FirstOrDefault();
        Assert.SkipWhen(symbols is null || !File.Exists(PathOf(program)), $"{program} and its symbols are not built; run ./build.sh");
        return symbols!;
    }

    private static string FindRoot()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Cofferdam.slnx"))) directory = Path.GetDirectoryName(directory);
        return directory ?? throw new InvalidOperationException("the repository's root was not found");
    }
}
