using System.Globalization;

namespace Cofferdam.Cgroups;

/// <summary>
/// The kernel's line about one kill (mm/oom_kill.c, since 5.0):
/// <c>oom-kill:constraint=CONSTRAINT_MEMCG,…,oom_memcg=/a,task_memcg=/a/b,task=dd,pid=7,uid=0</c>.
/// </summary>
/// <param name="LimitCgroup">The cgroup whose limit was met, from the root of the hierarchy; empty if it was no cgroup's.</param>
/// <param name="TaskCgroup">The cgroup of the victim.</param>
/// <param name="Victim">Who was killed.</param>
internal readonly record struct OomLogLine(string LimitCgroup, string TaskCgroup, OomVictim Victim)
{
    private const string Start = "oom-kill:constraint=";
    private const string LimitField = ",oom_memcg=";
    private const string TaskField = ",task_memcg=";
    private const string NameField = ",task=";
    private const string PidField = ",pid=";

    private const string UsageStart = "memory: usage ";
    private const string LimitStart = "kB, limit ";
    private const string LimitEnd = "kB, failcnt ";
    private const ulong Kilobyte = 1024;

    /// <summary>
    /// Parses the line before it (mm/memcontrol.c, the limited cgroup's numbers): <c>memory: usage 20480kB, limit 20480kB, failcnt 31</c>.
    /// </summary>
    /// <returns>Both in bytes, or null if it is about something else.</returns>
    public static (ulong Usage, ulong Limit)? TryParseUsage(string text)
    {
        if (!text.StartsWith(UsageStart, StringComparison.Ordinal)) return null;
        int limit = text.IndexOf(LimitStart, StringComparison.Ordinal);
        int end = text.IndexOf(LimitEnd, StringComparison.Ordinal);
        if (limit < 0 || end < limit) return null;
        if (!TryParseNumber(text.AsSpan(UsageStart.Length..limit), out ulong used)) return null;
        return TryParseNumber(text.AsSpan((limit + LimitStart.Length)..end), out ulong most) ? (used * Kilobyte, most * Kilobyte) : null;
    }

    /// <summary>Parses a message; false if it is about something else.</summary>
    public static bool TryParse(string text, out OomLogLine line)
    {
        line = default;
        if (!text.StartsWith(Start, StringComparison.Ordinal)) return false;
        int limit = text.IndexOf(LimitField, StringComparison.Ordinal);
        int task = text.IndexOf(TaskField, Math.Max(limit, 0), StringComparison.Ordinal);
        if (task < 0) return false;
        int name = text.IndexOf(NameField, task, StringComparison.Ordinal);
        // From the end: a process gives itself its name, which may look like the field.
        int pid = text.LastIndexOf(PidField, StringComparison.Ordinal);
        if (name < 0 || pid < name) return false;
        ReadOnlySpan<char> number = text.AsSpan(pid + PidField.Length);
        int end = number.IndexOf(',');
        if (!int.TryParse(end < 0 ? number : number[..end], NumberStyles.None, CultureInfo.InvariantCulture, out int victim)) return false;
        line = new OomLogLine(
            limit < 0 ? "" : text[(limit + LimitField.Length)..task],
            text[(task + TaskField.Length)..name],
            new OomVictim(victim, text[(name + NameField.Length)..pid]));
        return true;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
