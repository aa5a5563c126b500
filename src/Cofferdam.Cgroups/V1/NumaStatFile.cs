namespace Cofferdam.Cgroups.V1;

/// <summary>memory.numa_stat: lines of <c>total=12 N0=8 N1=4</c>.</summary>
internal static class NumaStatFile
{
    public static NumaStats Parse(string? text)
    {
        Dictionary<string, NumaPages> kinds = [];
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int equals = line.IndexOf('=');
            if (equals > 0) kinds[line[..equals].ToString()] = ParseLine(line[(equals + 1)..]);
        }

        NumaPages none = new();
        return new NumaStats
        {
            Total = kinds.GetValueOrDefault("total", none),
            File = kinds.GetValueOrDefault("file", none),
            Anon = kinds.GetValueOrDefault("anon", none),
            Unevictable = kinds.GetValueOrDefault("unevictable", none),
            HierarchicalTotal = kinds.GetValueOrDefault("hierarchical_total", none),
            HierarchicalFile = kinds.GetValueOrDefault("hierarchical_file", none),
            HierarchicalAnon = kinds.GetValueOrDefault("hierarchical_anon", none),
            HierarchicalUnevictable = kinds.GetValueOrDefault("hierarchical_unevictable", none),
        };
    }

    private static NumaPages ParseLine(ReadOnlySpan<char> rest)
    {
        ulong total = 0;
        Dictionary<int, ulong> nodes = [];
        foreach (Range range in rest.Split(' '))
        {
            ReadOnlySpan<char> part = rest[range];
            int equals = part.IndexOf('=');
            if (equals < 0) total = KernelText.Number(part);
            else if (part[0] == 'N' && int.TryParse(part[1..equals], out int node)) nodes[node] = KernelText.Number(part[(equals + 1)..]);
        }

        return new NumaPages { Total = total, Nodes = nodes };
    }
}
