namespace Cofferdam.Cgroups.V1;

/// <summary>Reads <see cref="BlkioStats"/>: each counter from the first layer of the block I/O stack that has counted anything.</summary>
internal static class BlkioStatsFiles
{
    public static BlkioStats Read(V1Directory directory) => new()
    {
        ServiceBytes = ReadThrottled(directory, "io_service_bytes"),
        Serviced = ReadThrottled(directory, "io_serviced"),
        Queued = ReadScheduled(directory, "io_queued"),
        ServiceTime = ReadScheduled(directory, "io_service_time"),
        WaitTime = ReadScheduled(directory, "io_wait_time"),
        Merged = ReadScheduled(directory, "io_merged"),
        Time = ReadScheduled(directory, "time"),
        Sectors = ReadScheduled(directory, "sectors"),
    };

    /// <summary>Lines of <c>8:0 Read 12</c>, or <c>8:0 12</c> where the counter has no operations; the grand total is left out.</summary>
    internal static IReadOnlyList<BlkioEntry> Parse(string? text)
    {
        List<BlkioEntry> entries = [];
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int colon = line.IndexOf(':');
            int space = line.IndexOf(' ');
            if (colon <= 0 || space < colon) continue;
            if (!ulong.TryParse(line[..colon], out ulong major) || !ulong.TryParse(line[(colon + 1)..space], out ulong minor)) continue;
            ReadOnlySpan<char> rest = line[(space + 1)..].Trim();
            int second = rest.IndexOf(' ');
            string operation = second < 0 ? "" : rest[..second].ToString();
            entries.Add(new BlkioEntry(major, minor, operation, KernelText.Number(rest[(second + 1)..])));
        }

        return entries;
    }

    private static IReadOnlyList<BlkioEntry> ReadScheduled(V1Directory directory, string counter)
    {
        IReadOnlyList<BlkioEntry> entries = Parse(directory.TryRead($"blkio.bfq.{counter}_recursive"));
        return entries.Count > 0 ? entries : Parse(directory.TryRead($"blkio.{counter}_recursive"));
    }

    // The throttling layer counts whatever scheduler the device has, but its recursive files came only with 4.16.
    private static IReadOnlyList<BlkioEntry> ReadThrottled(V1Directory directory, string counter)
    {
        IReadOnlyList<BlkioEntry> entries = ReadScheduled(directory, counter);
        if (entries.Count == 0) entries = Parse(directory.TryRead($"blkio.throttle.{counter}_recursive"));
        return entries.Count > 0 ? entries : Parse(directory.TryRead($"blkio.throttle.{counter}"));
    }
}
