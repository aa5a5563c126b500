namespace Cofferdam.Cgroups;

/// <summary>The pids controller's counters.</summary>
public sealed record PidsStats
{
    /// <summary>Tasks (threads count too).</summary>
    public ulong Current { get; init; }

    /// <summary>0 means no limit, as in runc's events.</summary>
    public ulong Limit { get; init; }
}
