using Cofferdam.Cgroups.V2;
using Cofferdam.Linux;

namespace Cofferdam.Cgroups;

/// <summary>
/// Settings of v2 cgroups by file, read from one tree to be written to another: those that a checkpoint keeps, and of which
/// CRIU knows none but the controllers given down.
/// </summary>
public static class UnifiedTree
{
    /// <summary>The controllers that a cgroup gives to those below it.</summary>
    public const string ControlFile = "cgroup.subtree_control";

    private static readonly string[] _settings =
    [
        ControlFile, "cpu.max", "cpu.max.burst", "cpu.idle", "cpu.uclamp.max", "cpu.uclamp.min", "cpu.weight", "cpuset.cpus", "cpuset.mems",
        "io.latency", "io.max", "io.weight", "memory.high", "memory.low", "memory.max", "memory.min", "memory.oom.group",
        "memory.swap.high", "memory.swap.max", "memory.zswap.max", "misc.max", "pids.max", "rdma.max",
    ];

    /// <summary>Whether a file is one of these settings.</summary>
    public static bool IsSetting(string file) =>
        Array.IndexOf(_settings, file) >= 0
        || (file.StartsWith("hugetlb.", StringComparison.Ordinal) && file.EndsWith(".max", StringComparison.Ordinal) && !file.Contains('/'));

    /// <summary>Reads the cgroup in <paramref name="directory"/> and those below it, each before those in it.</summary>
    /// <param name="directory">An absolute path.</param>
    /// <param name="limit">How many cgroups to read: a container may have made any number.</param>
    public static IReadOnlyList<UnifiedSettings> Read(string directory, int limit)
    {
        List<UnifiedSettings> found = [];
        Queue<string> pending = new([""]);
        while (found.Count < limit && pending.TryDequeue(out string? path))
        {
            if (!TryList(Below(directory, path), out IReadOnlyList<DirectoryEntry> entries)) continue;
            found.Add(new UnifiedSettings(path, ReadFiles(Below(directory, path), entries)));
            foreach (DirectoryEntry entry in entries)
                if (entry.Type == FileType.Directory) pending.Enqueue(path.Length == 0 ? entry.Name : $"{path}/{entry.Name}");
        }

        return found;
    }

    /// <summary>Writes <paramref name="settings"/> to the cgroup at their path below <paramref name="directory"/>, if there is one.</summary>
    /// <param name="directory">An absolute path.</param>
    /// <param name="settings">What to write.</param>
    /// <param name="warnings">Told of files and devices that another kernel or host does not have.</param>
    /// <exception cref="CofferdamException">The kernel refuses one of them.</exception>
    public static void Write(string directory, UnifiedSettings settings, ICollection<string>? warnings)
    {
        if (OpenIfThere(Below(directory, settings.Path)) is not { } cgroup) return;
        using (cgroup)
        {
            foreach ((string file, string text) in settings.Files)
            {
                // The kernel takes keyed files line by line.
                foreach (string line in text.Split('\n')) Write(cgroup, file, line, warnings);
            }
        }
    }

    private static void Write(V2Directory cgroup, string file, string line, ICollection<string>? warnings)
    {
        string value = file == ControlFile ? "+" + line.Replace(" ", " +", StringComparison.Ordinal) : line;
        if (line.Length == 0 || cgroup.TryWrite(file, value, out Errno errno)) return;
        CofferdamException refusal = CgroupErrors.Write("saved settings", cgroup[file], value, errno);
        if (errno is not (Errno.ENOENT or Errno.ENODEV)) throw refusal;
        warnings?.Add($"{refusal.Message}, ignoring");
    }

    private static Dictionary<string, string> ReadFiles(string path, IReadOnlyList<DirectoryEntry> entries)
    {
        Dictionary<string, string> files = [];
        if (OpenIfThere(path) is not { } cgroup) return files;
        using (cgroup)
        {
            foreach (string file in entries.Select(static entry => entry.Name).Where(IsSetting).Order(StringComparer.Ordinal))
            {
                if (cgroup.TryRead(file) is not { Length: > 0 } text) continue;
                // An idle cgroup has no weight, and takes none.
                if (file != "cpu.weight" || text != "0") files[file] = text;
            }
        }

        return files;
    }

    // False for a cgroup that was removed since its parent was read.
    private static bool TryList(string path, out IReadOnlyList<DirectoryEntry> entries)
    {
        entries = [];
        try
        {
            using OwnedFd opened = Files.Open(path, OpenFlags.Directory);
            entries = Files.ReadDirectory(opened, path);
            return true;
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return false;
        }
    }

    private static V2Directory? OpenIfThere(string path)
    {
        if (V2Directory.TryOpen(path, out V2Directory? cgroup, out Errno errno)) return cgroup;
        return errno == Errno.ENOENT ? null : throw new LinuxException("open", errno, path);
    }

    private static string Below(string directory, string path) => path.Length == 0 ? directory : $"{directory}/{path}";
}
