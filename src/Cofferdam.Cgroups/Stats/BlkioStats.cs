namespace Cofferdam.Cgroups;

/// <summary>Block I/O by device and operation, nested cgroups included (blkio.*_recursive).</summary>
/// <remarks>From BFQ's or CFQ's files where the device's scheduler fills them, else from the throttling layer's.</remarks>
public sealed record BlkioStats
{
    public IReadOnlyList<BlkioEntry> ServiceBytes { get; init; } = [];

    public IReadOnlyList<BlkioEntry> Serviced { get; init; } = [];

    public IReadOnlyList<BlkioEntry> Queued { get; init; } = [];

    public IReadOnlyList<BlkioEntry> ServiceTime { get; init; } = [];

    public IReadOnlyList<BlkioEntry> WaitTime { get; init; } = [];

    public IReadOnlyList<BlkioEntry> Merged { get; init; } = [];

    public IReadOnlyList<BlkioEntry> Time { get; init; } = [];

    public IReadOnlyList<BlkioEntry> Sectors { get; init; } = [];

    /// <summary>The cost.* fields of io.stat, where the iocost controller is on.</summary>
    public IReadOnlyList<IoCostStats> Cost { get; init; } = [];

    /// <summary>io.pressure; null where the kernel does not measure it.</summary>
    public PressureStats? Pressure { get; init; }
}
