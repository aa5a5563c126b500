using System.Globalization;
using Cofferdam.Linux;

namespace Cofferdam.Containers.ResourceControl;

/// <summary>Reads <see cref="ResctrlStats"/>.</summary>
internal static class ResctrlStatsFiles
{
    /// <param name="mount">resctrl.</param>
    /// <param name="group">The container's group.</param>
    /// <param name="monitored">The group whose counters are the container's own; empty without one.</param>
    public static ResctrlStats Read(ResctrlMount mount, string group, string monitored) => new()
    {
        L3Cache = ReadCache(mount, "L3") ?? ReadCache(mount, "L3CODE"),
        MemoryBandwidth = mount.Has("MB")
            ? new MemoryBandwidthInfo(Number(mount, "MB/bandwidth_gran"), Number(mount, "MB/delay_linear"), Number(mount, "MB/min_bandwidth"), Number(mount, "MB/num_closids"))
            : null,
        RootSchemata = ReadSchemata(mount.Root),
        Schemata = ReadSchemata(group),
        Monitoring = monitored.Length > 0 ? ReadMonitoring(monitored + "/mon_data") : [],
    };

    private static CacheAllocationInfo? ReadCache(ResctrlMount mount, string name) => mount.ReadInfo(name + "/cbm_mask") is { } mask
        ? new CacheAllocationInfo(mask, Number(mount, name + "/min_cbm_bits"), Number(mount, name + "/num_closids"))
        : null;

    private static IReadOnlyList<string> ReadSchemata(string group) =>
        Files.TryReadText(group + "/schemata", out string? text, out _) ? [.. ResourceControl.Schemata.Lines(text)] : [];

    private static List<CacheMonitorStats> ReadMonitoring(string directory)
    {
        List<CacheMonitorStats> domains = [];
        if (!Files.Exists(directory)) return domains;
        foreach (DirectoryEntry entry in Files.ReadDirectory(directory))
        {
            if (!entry.Name.StartsWith("mon_L3_", StringComparison.Ordinal)) continue;
            string domain = $"{directory}/{entry.Name}";
            domains.Add(new CacheMonitorStats(entry.Name, Counter(domain, "llc_occupancy"), Counter(domain, "mbm_total_bytes"), Counter(domain, "mbm_local_bytes")));
        }

        domains.Sort(static (a, b) => string.CompareOrdinal(a.Domain, b.Domain));
        return domains;
    }

    // "Unavailable" and "Error" are values, too.
    private static ulong? Counter(string directory, string file) =>
        Files.TryReadText($"{directory}/{file}", out string? text, out _) && Parse(text.Trim()) is { } value ? value : null;

    private static ulong Number(ResctrlMount mount, string file) => Parse(mount.ReadInfo(file)) ?? 0;

    private static ulong? Parse(string? text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null;
}
