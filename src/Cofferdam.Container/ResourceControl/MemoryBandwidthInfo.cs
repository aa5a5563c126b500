namespace Cofferdam.Containers.ResourceControl;

/// <summary>info/MB of resctrl.</summary>
/// <param name="Granularity">The step of percentages.</param>
/// <param name="DelayLinear">Whether the delay grows linearly (1) or not (0).</param>
/// <param name="Minimum">The least percentage.</param>
/// <param name="NumClosids">How many classes of service there are.</param>
public readonly record struct MemoryBandwidthInfo(ulong Granularity, ulong DelayLinear, ulong Minimum, ulong NumClosids);
