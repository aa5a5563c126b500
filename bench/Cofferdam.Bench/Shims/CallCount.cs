namespace Cofferdam.Bench.Shims;

/// <summary>What one operation made the kernel do. Programs are those executed without the container's own, by name and how often.</summary>
internal sealed class CallCount
{
    public SortedDictionary<string, int> Programs { get; } = new(StringComparer.Ordinal);

    public int Processes { get; set; }

    public int Threads { get; set; }

    public int ShimCalls { get; set; }

    public int OtherCalls { get; set; }

    public override string ToString() =>
        $"{(Programs.Count == 0 ? "none" : string.Join(", ", Programs.Select(p => p.Value == 1 ? p.Key : $"{p.Key} ×{p.Value}")))}; {Processes} + {Threads}; {ShimCalls:N0} + {OtherCalls:N0}";
}
