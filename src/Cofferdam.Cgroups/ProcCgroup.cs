namespace Cofferdam.Cgroups;

/// <summary>One line of /proc/pid/cgroup (cgroups(7)): a hierarchy, and the process's cgroup in it.</summary>
/// <param name="Controllers">See <see cref="CgroupHierarchy"/>.</param>
/// <param name="Path">From the root of the reader's cgroup namespace.</param>
public sealed record ProcCgroup(IReadOnlyList<string> Controllers, string Path)
{
    /// <summary>Whether this is the v2 line, <c>0::/…</c>.</summary>
    public bool IsUnified => Controllers is [""];

    /// <summary>Reads all lines; malformed ones are left out.</summary>
    public static IReadOnlyList<ProcCgroup> Parse(string text)
    {
        List<ProcCgroup> lines = [];
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int first = line.IndexOf(':');
            int second = first < 0 ? -1 : line[(first + 1)..].IndexOf(':') + first + 1;
            // The path may hold colons itself (systemd's cgroup names do), so only the first two separate.
            if (first <= 0 || second <= first) continue;
            lines.Add(new ProcCgroup(line[(first + 1)..second].ToString().Split(','), line[(second + 1)..].ToString()));
        }

        return lines;
    }
}
