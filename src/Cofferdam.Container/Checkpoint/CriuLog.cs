using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>Finds in CRIU's log why something did not work: its answers only say that it did not.</summary>
internal static class CriuLog
{
    private const int SizeLimit = 64 << 20;
    private const string Mark = " Error (";

    /// <summary>CRIU's own excuse in a process without CAP_SYS_RESOURCE; it goes on.</summary>
    private const string Harmless = "rlimit: Can't setup RLIMIT_NOFILE for self";

    /// <summary>Followed by the pid of a process that the kernel does not let stop, and its state D.</summary>
    public const string WaitsInKernel = "Unseizable non-zombie ";

    /// <summary>The first mistake in the log and where the log is; or only that, if it tells of none.</summary>
    public static string Explain(string directory, string name)
    {
        string path = Path.Combine(directory, name);
        string log = $"see '{path}'";
        if (Read(path) is not { } text) return "it left no log";
        return FirstMistake(text) is { } mistake ? $"{mistake}{Hint(mistake)}; {log}" : log;
    }

    public static bool Contains(string directory, string name, string words) =>
        Read(Path.Combine(directory, name)) is { } text && text.Contains(words, StringComparison.Ordinal);

    private static string? Read(string path)
    {
        if (!Files.TryOpen(path, OpenFlags.NoFollow, out OwnedFd? file, out _)) return null;
        using (file) return Encoding.UTF8.GetString(Files.ReadAll(file, SizeLimit, path));
    }

    private static string Hint(string mistake) => mistake.Contains("Failed to copy sharing", StringComparison.Ordinal)
        ? " (hint: of bind mounts that follow mounts of the host, those whose sources lay in each other must find them so again; 'rprivate' ones need not)"
        : "";

    /// <summary>
    /// <c>(00.137310) Error (criu/files-reg.c:1790): Can't lookup mount=27 for fd=1 path=/x</c> gives
    /// <c>files-reg.c: Can't lookup mount=27 for fd=1 path=/x</c>. What comes later mostly follows from the first.
    /// </summary>
    internal static string? FirstMistake(string log)
    {
        foreach (ReadOnlySpan<char> line in log.AsSpan().EnumerateLines())
        {
            int mark = line.IndexOf(Mark, StringComparison.Ordinal);
            if (mark < 0 || line.Contains(Harmless, StringComparison.Ordinal)) continue;
            ReadOnlySpan<char> rest = line[(mark + Mark.Length)..];
            int end = rest.IndexOf("): ", StringComparison.Ordinal);
            if (end < 0) return rest.Trim().ToString();
            ReadOnlySpan<char> place = rest[..end];
            int colon = place.LastIndexOf(':');
            if (colon > 0) place = place[..colon];
            place = place[(place.LastIndexOf('/') + 1)..];
            return $"{place}: {rest[(end + 3)..].Trim()}";
        }

        return null;
    }
}
