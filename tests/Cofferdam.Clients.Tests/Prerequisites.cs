namespace Cofferdam.Clients.Tests;

/// <summary>What has to be on the machine for a client's suite.</summary>
internal static class Prerequisites
{
    /// <summary>Why the clients cannot run here, or null.</summary>
    public static string? Missing(params ReadOnlySpan<string> programs)
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

        return File.Exists("/bin/busybox") ? null : "busybox-static is not installed";
    }

    public static string? Locate(string program) =>
        new[] { "/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin" }.Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);
}
