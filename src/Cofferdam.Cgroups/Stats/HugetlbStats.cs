namespace Cofferdam.Cgroups;

/// <summary>Huge pages of one size, in bytes: the reservation counters (.rsvd, 5.7) where the kernel has them.</summary>
public sealed record HugetlbStats
{
    public ulong Usage { get; init; }

    public ulong MaxUsage { get; init; }

    public ulong FailCount { get; init; }
}
