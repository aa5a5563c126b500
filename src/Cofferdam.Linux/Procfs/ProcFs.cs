using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Cofferdam.Linux;

/// <summary>Processes as /proc shows them (proc(5)). For processes of containers, nothing here is more than a hint.</summary>
public static class ProcFs
{
    /// <summary>Reads /proc/pid/stat.</summary>
    /// <exception cref="LinuxException">ENOENT or ESRCH: there is no such process.</exception>
    public static ProcStat ReadStat(int pid)
    {
        string path = PathOf(pid, "stat");
        string text = Files.ReadText(path);
        return TryParseStat(text, out ProcStat stat) ? stat : throw Malformed(path);
    }

    /// <summary>Reads /proc/pid/stat of a process that may be gone.</summary>
    public static bool TryReadStat(int pid, out ProcStat stat)
    {
        stat = default;
        return Files.TryReadText(PathOf(pid, "stat"), out string? text, out _) && TryParseStat(text, out stat);
    }

    /// <summary>Parses the text of /proc/pid/stat.</summary>
    public static bool TryParseStat(string text, out ProcStat stat)
    {
        stat = default;
        // The name may hold blanks and parentheses, so it ends at the last one.
        int open = text.IndexOf('(', StringComparison.Ordinal), close = text.LastIndexOf(')');
        if (open < 0 || close < open || close + 2 >= text.Length) return false;
        ReadOnlySpan<char> rest = text.AsSpan(close + 2);
        Span<Range> fields = stackalloc Range[21];
        // state ppid pgrp session … starttime is the 20th field behind the name.
        if (rest.Split(fields, ' ') < 20) return false;
        if (!int.TryParse(text.AsSpan(0, open), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int pid)
            || !TryInt(rest[fields[1]], out int parent)
            || !TryInt(rest[fields[2]], out int group)
            || !TryInt(rest[fields[3]], out int session)
            || !ulong.TryParse(rest[fields[19]], NumberStyles.None, CultureInfo.InvariantCulture, out ulong start))
        {
            return false;
        }

        stat = new ProcStat(pid, text[(open + 1)..close], rest[0], parent, group, session, start);
        return true;
    }

    /// <summary>Reads /proc/pid/status.</summary>
    public static ProcStatus ReadStatus(int pid)
    {
        string path = PathOf(pid, "status");
        return ParseStatus(Files.ReadText(path)) ?? throw Malformed(path);
    }

    /// <summary>Parses the text of /proc/pid/status; null when a field is missing.</summary>
    public static ProcStatus? ParseStatus(string text)
    {
        uint[]? uids = null, gids = null, tgid = null, pids = null;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("Tgid:", StringComparison.Ordinal)) tgid = Numbers(line[5..]);
            else if (line.StartsWith("Uid:", StringComparison.Ordinal)) uids = Numbers(line[4..]);
            else if (line.StartsWith("Gid:", StringComparison.Ordinal)) gids = Numbers(line[4..]);
            else if (line.StartsWith("NSpid:", StringComparison.Ordinal)) pids = Numbers(line[6..]);
        }

        if (tgid is not [uint pid] || uids is not { Length: 4 } || gids is not { Length: 4 }) return null;
        return new ProcStatus((int)pid, uids[0], uids[1], gids[0], gids[1], Array.ConvertAll(pids ?? tgid, static n => (int)n));
    }

    /// <summary>The children of the main thread of a process, and with <paramref name="allThreads"/> those of all (/proc/pid/task/tid/children).</summary>
    public static IReadOnlyList<int> ReadChildren(int pid, bool allThreads = true)
    {
        List<int> children = [];
        string tasks = PathOf(pid, "task");
        foreach (DirectoryEntry task in Files.ReadDirectory(tasks))
        {
            if (!allThreads && task.Name != pid.ToString(CultureInfo.InvariantCulture)) continue;
            if (!Files.TryReadText($"{tasks}/{task.Name}/children", out string? text, out _)) continue;
            foreach (uint child in Numbers(text)) children.Add((int)child);
        }

        return children;
    }

    /// <summary>The command line of a process; empty for a zombie.</summary>
    public static IReadOnlyList<string> ReadCommandLine(int pid) => SplitNul(Files.ReadText(PathOf(pid, "cmdline")));

    /// <summary>The environment that this process was started with, as NAME=value.</summary>
    public static IReadOnlyList<string> ReadOwnEnvironment() => SplitNul(Files.ReadText("/proc/self/environ"));

    /// <summary>The identity of a namespace of a process ("net:[4026531840]"), or false when it is gone or not ours to see.</summary>
    public static bool TryReadNamespace(int pid, string name, [NotNullWhen(true)] out string? identity) =>
        Files.TryReadLink(PathOf(pid, "ns/" + name), out identity, out _);

    /// <summary>The path of a file of a process.</summary>
    public static string PathOf(int pid, string file) => string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{file}");

    private static string[] SplitNul(string text) => text.Split('\0', StringSplitOptions.RemoveEmptyEntries);

    private static bool TryInt(ReadOnlySpan<char> text, out int value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static uint[] Numbers(ReadOnlySpan<char> text)
    {
        List<uint> numbers = [];
        foreach (Range range in text.SplitAny(' ', '\t', '\n'))
        {
            if (uint.TryParse(text[range], NumberStyles.None, CultureInfo.InvariantCulture, out uint number)) numbers.Add(number);
        }

        return [.. numbers];
    }

    private static LinuxException Malformed(string path) => new("read", Errno.EBADMSG, path);
}
