namespace Cofferdam.Cgroups;

/// <summary>rdma.max and rdma.current, which are the same on cgroup v1 and v2 (cgroup-v2.rst, "RDMA").</summary>
internal static class RdmaFile
{
    /// <summary>Lines of <c>device hca_handle=n hca_object=n</c>.</summary>
    public static IReadOnlyList<RdmaEntry> Parse(string? text)
    {
        List<RdmaEntry> entries = [];
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int space = line.IndexOf(' ');
            if (space <= 0) continue;
            RdmaEntry entry = new(line[..space].ToString(), 0, 0);
            foreach (Range range in line.Split(' '))
            {
                ReadOnlySpan<char> pair = line[range];
                if (pair.StartsWith("hca_handle=")) entry = entry with { HcaHandles = Limit(pair["hca_handle=".Length..]) };
                else if (pair.StartsWith("hca_object=")) entry = entry with { HcaObjects = Limit(pair["hca_object=".Length..]) };
            }

            entries.Add(entry);
        }

        return entries;
    }

    private static uint Limit(ReadOnlySpan<char> text) => (uint)Math.Min(KernelText.Number(text), uint.MaxValue);
}
