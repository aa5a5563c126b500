namespace Cofferdam.Testing;

/// <summary>Counts what a test left on the machine, found by its tag.</summary>
public static class Leaks
{
    private const string CgroupRoot = "/sys/fs/cgroup";

    /// <summary>The leaks that stay. A process that was just killed needs a moment to be reaped by its new parent, so
    /// the first look is not the last word; what is still there after a second is.</summary>
    public static IReadOnlyList<string> FindSettled(string tag, string directory, string root)
    {
        IReadOnlyList<string> leaks = [];
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        do
        {
            leaks = Find(tag, directory, root);
            if (leaks.Count == 0)
                break;
            Thread.Sleep(10);
        }
        while (System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds < 2 * Surroundings.Patience);
        return leaks;
    }

    public static IReadOnlyList<string> Find(string tag, string directory, string root) =>
    [
        .. Processes.WithEnvironment($"COFFER_TEST={tag}").Select(p => $"process {p}: {Processes.CommandLine(p)} ({Processes.State(p)})"),
        .. MountInfo.Read("self").Where(m => m.MountPoint.StartsWith(directory + "/", StringComparison.Ordinal)).Select(m => $"mount {m.MountPoint} ({m.Type})"),
        .. Cgroups(tag).Select(c => $"cgroup {c}"),
        .. StateDirectories(root).Select(d => $"state {d}"),
    ];

    /// <summary>Last resort after the leaks were reported: the machine belongs to the next test too.</summary>
    public static void Remove(string tag, string directory)
    {
        IReadOnlyList<int> left = Processes.WithEnvironment($"COFFER_TEST={tag}");
        if (Surroundings.IsUnified)
        {
            foreach (string cgroup in Cgroups(tag))
                TryWrite(Path.Combine(cgroup, "cgroup.freeze"), "0");
        }
        foreach (string frozen in Cgroups(tag).Where(c => c.StartsWith(CgroupRoot + "/freezer/", StringComparison.Ordinal)))
            TryWrite(Path.Combine(frozen, "freezer.state"), "THAWED");
        foreach (int pid in left.Concat(Cgroups(tag).SelectMany(ProcessesOf)).Distinct())
            Libc.kill(pid, Libc.SIGKILL);
        foreach (MountInfo mount in MountInfo.Read("self").Where(m => m.MountPoint.StartsWith(directory + "/", StringComparison.Ordinal)).Reverse())
            Libc.umount2(mount.MountPoint, 2);
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (Cgroups(tag).OrderByDescending(c => c.Length).ToArray() is { Length: > 0 } cgroups && System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds < 2)
        {
            foreach (string cgroup in cgroups)
                TryRemove(cgroup);
            Thread.Sleep(5);
        }
    }

    private static IEnumerable<string> Cgroups(string tag)
    {
        if (!Directory.Exists(CgroupRoot))
            return [];
        // Only real cgroups: crun makes plain directories where it expects a hierarchy that is not mounted.
        IEnumerable<string> hierarchies = Surroundings.IsUnified
            ? [CgroupRoot]
            : Directory.GetDirectories(CgroupRoot).Where(d => File.Exists(Path.Combine(d, "cgroup.procs")));
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 6 };
        var found = new List<string>();
        try
        {
            found.AddRange(hierarchies.SelectMany(h => Directory.EnumerateDirectories(h, "*" + tag + "*", options))
                .Where(d => Path.GetFileName(d) is var name && (name.Contains(tag + "-", StringComparison.Ordinal) || name.EndsWith(tag, StringComparison.Ordinal))));
        }
        catch (DirectoryNotFoundException)
        {
            // Another test's cgroup went away while it was listed; the next look is complete.
        }
        return found;
    }

    private static IEnumerable<string> StateDirectories(string root)
    {
        try
        {
            return Directory.Exists(root) ? Directory.GetDirectories(root).Where(d => Path.GetFileName(d)[0] != '.') : [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static IEnumerable<int> ProcessesOf(string cgroup)
    {
        try
        {
            return [.. File.ReadAllLines(Path.Combine(cgroup, "cgroup.procs")).Select(l => int.Parse(l, System.Globalization.CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static void TryWrite(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static void TryRemove(string path)
    {
        try
        {
            Directory.Delete(path);
        }
        catch (IOException)
        {
        }
    }
}
