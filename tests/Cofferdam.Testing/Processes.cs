using System.Globalization;
using System.Text;

namespace Cofferdam.Testing;

/// <summary>What /proc tells about processes.</summary>
public static class Processes
{
    public static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(d => int.TryParse(Path.GetFileName(d), out int pid) ? pid : 0).Where(pid => pid > 0);

    /// <summary>Processes whose environment holds the assignment: everything that a test's runtime started.</summary>
    public static IReadOnlyList<int> WithEnvironment(string assignment)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(assignment + "\0");
        return [.. All().Where(pid => ReadBytes($"/proc/{pid}/environ").AsSpan().IndexOf(wanted) >= 0)];
    }

    public static IEnumerable<int> Tree(int pid)
    {
        yield return pid;
        // Children belong to the thread that made them.
        foreach (string thread in Threads(pid))
        {
            foreach (string child in ReadText(thread + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                foreach (int descendant in Tree(int.Parse(child, CultureInfo.InvariantCulture)))
                    yield return descendant;
            }
        }
    }

    public static string CommandLine(int pid) => ReadText($"/proc/{pid}/cmdline").Replace('\0', ' ').Trim();

    /// <summary>The state letter of /proc/PID/stat, or '-' when there is no such process.</summary>
    public static char State(int pid)
    {
        string stat = ReadText($"/proc/{pid}/stat");
        int close = stat.LastIndexOf(')');
        return close < 0 ? '-' : stat[close + 2];
    }

    public static bool IsAlive(int pid) => State(pid) is not ('-' or 'Z' or 'X');

    /// <summary>Whether it has a handler for a signal; false for one that is gone.</summary>
    public static bool Catches(int pid, int signal) =>
        ulong.TryParse(Status(pid, "SigCgt"), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong caught) && (caught >> (signal - 1) & 1) != 0;

    /// <summary>The kernel function in which it waits; empty when it runs, or is gone.</summary>
    public static string WaitsIn(int pid) => ReadText($"/proc/{pid}/wchan");

    /// <summary>One line of /proc/PID/status.</summary>
    public static string Status(int pid, string field) =>
        ReadText($"/proc/{pid}/status").Split('\n').FirstOrDefault(l => l.StartsWith(field + ":", StringComparison.Ordinal))
            ?[(field.Length + 1)..].Trim() ?? "";

    public static string Namespace(int pid, string kind) =>
        new FileInfo($"/proc/{pid}/ns/{kind}").LinkTarget ?? "";

    private static string[] Threads(int pid)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{pid}/task");
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string ReadText(string path) => Encoding.UTF8.GetString(ReadBytes(path));

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (IOException)
        {
            return [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }
}
