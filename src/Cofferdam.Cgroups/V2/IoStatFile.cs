namespace Cofferdam.Cgroups.V2;

/// <summary>io.stat (cgroup-v2.rst, "IO Interface Files").</summary>
internal static class IoStatFile
{
    /// <summary>
    /// Lines of <c>8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6</c>, with <c>cost.*</c> where iocost is on; put into
    /// v1's counters and operations.
    /// </summary>
    public static BlkioStats Parse(string? text)
    {
        List<BlkioEntry> bytes = [];
        List<BlkioEntry> operations = [];
        List<IoCostStats> costs = [];
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int colon = line.IndexOf(':');
            int space = line.IndexOf(' ');
            // A device without counts has a line without a space, or with nothing after it.
            if (colon <= 0 || space < colon || !ulong.TryParse(line[..colon], out ulong major) || !ulong.TryParse(line[(colon + 1)..space], out ulong minor)) continue;
            IoCostStats cost = new(major, minor, 0, 0, 0, 0);
            bool hasCost = false;
            foreach (Range range in line.Split(' '))
            {
                ReadOnlySpan<char> pair = line[range];
                int equals = pair.IndexOf('=');
                if (equals < 0) continue;
                ulong value = KernelText.Number(pair[(equals + 1)..]);
                ReadOnlySpan<char> key = pair[..equals];
                if (key is "rbytes" or "wbytes" or "dbytes") bytes.Add(new BlkioEntry(major, minor, Operation(key[0]), value));
                else if (key is "rios" or "wios" or "dios") operations.Add(new BlkioEntry(major, minor, Operation(key[0]), value));
                else if (key.StartsWith("cost.")) (cost, hasCost) = (WithCost(cost, key, value), true);
            }

            if (hasCost) costs.Add(cost);
        }

        return new BlkioStats { ServiceBytes = bytes, Serviced = operations, Cost = costs };
    }

    private static IoCostStats WithCost(IoCostStats cost, ReadOnlySpan<char> key, ulong value) => key switch
    {
        "cost.usage" => cost with { Usage = value },
        "cost.wait" => cost with { Wait = value },
        "cost.indebt" => cost with { Indebt = value },
        "cost.indelay" => cost with { Indelay = value },
        _ => cost,
    };

    private static string Operation(char letter) => letter switch
    {
        'r' => "Read",
        'w' => "Write",
        _ => "Discard",
    };
}
