namespace Cofferdam.Cgroups;

/// <summary>A number of pages, and its parts by memory node.</summary>
public sealed record NumaPages
{
    public ulong Total { get; init; }

    public IReadOnlyDictionary<int, ulong> Nodes { get; init; } = new Dictionary<int, ulong>();
}
