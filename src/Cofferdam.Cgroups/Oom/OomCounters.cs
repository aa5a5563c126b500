using Cofferdam.Linux;

namespace Cofferdam.Cgroups;

/// <summary>What one cgroup's files tell about running out of memory, on either version.</summary>
/// <param name="directory">The cgroup in the hierarchy of the memory controller.</param>
internal readonly struct OomCounters(string directory)
{
    // The kernel charges ahead in batches of 64 pages (MEMCG_CHARGE_BATCH), and the last one may have been given back.
    private const ulong Batch = 64 * 4096;

    private readonly string _directory = directory;

    /// <summary>Whether these are files of cgroup v1.</summary>
    public bool IsV1 => Files.Exists(_directory + "/memory.limit_in_bytes");

    /// <summary>The limit of memory, or null without one.</summary>
    public ulong? Limit => (Number("memory.limit_in_bytes") ?? Number("memory.max")) is { } limit and < long.MaxValue / 2 ? limit : null;

    /// <summary>The most that was ever used (memory.peak: 5.19).</summary>
    public ulong? Peak => Number("memory.max_usage_in_bytes") ?? Number("memory.peak");

    /// <summary>Processes killed in this cgroup, and on v2 also in those below it.</summary>
    public ulong Kills => Keyed("memory.oom_control", "oom_kill") ?? Keyed("memory.events", "oom_kill") ?? 0;

    /// <summary>Whether processes wait here for memory because the OOM killer is off.</summary>
    public bool IsUnderOom => Keyed("memory.oom_control", "under_oom") > 0;

    /// <summary>Whether it was this cgroup's own limit that was met.</summary>
    public bool MetLimit
    {
        get
        {
            if (!IsV1) return (Keyed("memory.events.local", "oom") ?? 0) > 0;
            return HasReached("memory") || HasReached("memory.memsw");
        }
    }

    // The fail counts do not tell: newer kernels leave them at 0.
    private bool HasReached(string prefix) =>
        Number(prefix + ".limit_in_bytes") is { } limit and < long.MaxValue / 2
        && Number(prefix + ".max_usage_in_bytes") + Batch >= limit;

    private ulong? Number(string file) =>
        Files.TryReadText($"{_directory}/{file}", out string? text, out _) ? KernelText.Number(text) : null;

    private ulong? Keyed(string file, string key) =>
        Files.TryReadText($"{_directory}/{file}", out string? text, out _) && KernelText.Keyed(text).TryGetValue(key, out ulong value) ? value : null;
}
