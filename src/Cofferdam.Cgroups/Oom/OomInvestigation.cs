using Cofferdam.Linux;

namespace Cofferdam.Cgroups;

/// <summary>
/// Finds out how a cgroup ran out of memory: from the kernel's log where it may be read, which names limit and victim, else
/// from the counters of the cgroups inside of it and above it.
/// </summary>
public static class OomInvestigation
{
    private const int MostNested = 1000;

    /// <summary>What happened in a container's cgroup.</summary>
    /// <param name="paths">Its directories by controller (<see cref="ICgroup.Paths"/>).</param>
    /// <param name="readLog">Also look into the kernel's log.</param>
    /// <returns>Null if nothing was killed and nothing waits for memory.</returns>
    public static OomReport? Read(IReadOnlyDictionary<string, string> paths, bool readLog = true)
    {
        if (Directory(paths) is not { } directory) return null;
        List<string> nested = [];
        AddNested(directory, nested);
        ulong kills = CountKills(directory, nested);
        if (kills == 0 && !new OomCounters(directory).IsUnderOom && !nested.Exists(static below => new OomCounters(below).IsUnderOom)) return null;
        // Now and not after the log, which is long: systemd removes the cgroup of a container that has ended.
        OomCounters own = new(directory);
        (ulong? limit, ulong? peak) = (own.Limit, own.Peak);
        OomReport report = (readLog ? FromLog(directory) : null) ?? FromCounters(directory, nested);
        OomCounters limited = new(report.Cgroup);
        if (report.Cgroup.Length > 0 && report.Cgroup != directory) (limit, peak) = (limited.Limit, limited.Peak);
        return report with
        {
            Kills = kills,
            // The log's numbers are for a cgroup that went while it was looked at.
            Limit = report.Cgroup.Length > 0 ? limit ?? report.Limit : null,
            Peak = peak ?? report.Peak,
        };
    }

    /// <summary>How many processes of a container the kernel has killed, in nested cgroups too.</summary>
    /// <param name="paths">Its directories by controller (<see cref="ICgroup.Paths"/>).</param>
    public static ulong CountKills(IReadOnlyDictionary<string, string> paths)
    {
        if (Directory(paths) is not { } directory) return 0;
        OomCounters own = new(directory);
        if (!own.IsV1) return own.Kills;
        List<string> nested = [];
        AddNested(directory, nested);
        return CountKills(directory, nested);
    }

    // cgroup v1 counts a kill only in the victim's own cgroup; on v2 memory.events counts the nested ones as well.
    private static ulong CountKills(string directory, List<string> nested)
    {
        OomCounters own = new(directory);
        ulong kills = own.Kills;
        if (!own.IsV1) return kills;
        foreach (string below in nested) kills += new OomCounters(below).Kills;
        return kills;
    }

    // The key of a cgroup v2 hierarchy is the empty string; a hybrid host has both.
    internal static string? Directory(IReadOnlyDictionary<string, string> paths) =>
        paths.TryGetValue("memory", out string? directory) || paths.TryGetValue("", out directory) ? directory : null;

    /// <summary>The last kill in the container that the log tells of.</summary>
    private static OomReport? FromLog(string directory)
    {
        using KernelLog? log = KernelLog.TryOpen();
        return log is null ? null : ReadLog(log, directory, null);
    }

    /// <summary>The last kill in the container that the next messages tell of, and the number of all that were told.</summary>
    internal static OomReport? ReadLog(KernelLog log, string directory, OomReport? before)
    {
        string mount = MountPoint(directory);
        string path = directory[mount.Length..];
        OomReport? last = before;
        (ulong Usage, ulong Limit)? numbers = null;
        while (log.Next() is { } message)
        {
            numbers = OomLogLine.TryParseUsage(message) ?? numbers;
            if (!OomLogLine.TryParse(message, out OomLogLine line)) continue;
            if (Locate(line.TaskCgroup, path) is { } hidden)
            {
                last = Describe(line, directory, mount, hidden) with { Kills = (last?.Kills ?? 0) + 1 };
                if (last.Cgroup.Length > 0) last = last with { Limit = numbers?.Limit, Peak = numbers?.Usage };
            }

            numbers = null;
        }

        return last;
    }

    internal static OomReport Describe(OomLogLine line, string directory, string mount, string hidden)
    {
        if (line.LimitCgroup.Length == 0) return new OomReport { Scope = OomScope.Host, Victim = line.Victim };
        // What lies above the mount cannot be named by a directory.
        string limited = line.LimitCgroup.StartsWith(hidden, StringComparison.Ordinal) ? mount + line.LimitCgroup[hidden.Length..] : line.LimitCgroup;
        OomScope scope = OomScope.Ancestor;
        if (limited == directory) scope = OomScope.Container;
        else if (IsBelow(limited, directory)) scope = OomScope.Nested;
        return new OomReport { Scope = scope, Cgroup = limited, Victim = line.Victim };
    }

    /// <summary>
    /// What the log's path of a cgroup in the container begins with before <paramref name="path"/>: a mount may show only a
    /// part of the hierarchy. Null if it is not in the container.
    /// </summary>
    internal static string? Locate(string logged, string path)
    {
        int at = logged.IndexOf(path, StringComparison.Ordinal);
        if (at < 0) return null;
        int end = at + path.Length;
        return end == logged.Length || logged[end] == '/' ? logged[..at] : null;
    }

    // The innermost first: whoever met a limit outside of it would have to have met it as well.
    private static OomReport FromCounters(string directory, List<string> nested)
    {
        for (int i = nested.Count - 1; i >= 0; i--)
        {
            if (new OomCounters(nested[i]).MetLimit) return new OomReport { Scope = OomScope.Nested, Cgroup = nested[i] };
        }

        if (new OomCounters(directory).MetLimit) return new OomReport { Scope = OomScope.Container, Cgroup = directory };
        string mount = MountPoint(directory);
        for (string above = Parent(directory); above.Length > mount.Length; above = Parent(above))
        {
            if (new OomCounters(above).MetLimit) return new OomReport { Scope = OomScope.Ancestor, Cgroup = above };
        }

        return new OomReport { Scope = OomScope.Unknown };
    }

    /// <summary>The uppermost directory that still is a cgroup.</summary>
    private static string MountPoint(string directory)
    {
        string top = directory;
        // Those above a cgroup that is gone may be gone, too.
        while (top.Length > 1 && !Files.Exists(top + "/cgroup.procs")) top = Parent(top);
        while (Files.Exists(Parent(top) + "/cgroup.procs")) top = Parent(top);
        return top;
    }

    // Parents before their children; a container may make any number.
    private static void AddNested(string directory, List<string> found)
    {
        foreach (string below in CgroupTree.Children(directory))
        {
            if (found.Count == MostNested) return;
            found.Add(below);
            AddNested(below, found);
        }
    }

    private static bool IsBelow(string path, string directory) =>
        path.Length > directory.Length && path.StartsWith(directory, StringComparison.Ordinal) && path[directory.Length] == '/';

    private static string Parent(string path) => path[..Math.Max(path.LastIndexOf('/'), 0)];
}
