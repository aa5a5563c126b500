namespace Cofferdam.Clients.Tests;

/// <summary>The runtime that the clients are told to use: $COFFER_RUNTIME, or what ./build.sh made.</summary>
internal static class RuntimeUnderTest
{
    public static string Path { get; } = Find();

    /// <summary>Why the clients cannot run here, or null.</summary>
    public static string? Unavailable(params ReadOnlySpan<string> programs)
    {
        if (Environment.UserName != "root")
        {
            return "needs root";
        }

        foreach (string program in (ReadOnlySpan<string>)[.. programs, "unshare", "nsenter", "script", "ip"])
        {
            if (Locate(program) == null)
            {
                return $"'{program}' is not installed";
            }
        }

        if (!File.Exists("/bin/busybox"))
        {
            return "busybox-static is not installed";
        }

        return File.Exists(Path) ? null : $"'{Path}' does not exist: ./build.sh makes it";
    }

    public static string? Locate(string program) =>
        new[] { "/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin" }.Select(f => System.IO.Path.Combine(f, program)).FirstOrDefault(File.Exists);

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("COFFER_RUNTIME") is { Length: > 0 } path)
        {
            return System.IO.Path.GetFullPath(path);
        }

        string folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "Cofferdam.slnx")))
        {
            folder = System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Cofferdam.slnx not found");
        }

        return System.IO.Path.Combine(folder, "out/bin/coffer-oci");
    }
}
