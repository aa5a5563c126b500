namespace Cofferdam.Cgroups;

/// <summary>One page counter of the kernel: <c>*.usage_in_bytes</c>, <c>*.max_usage_in_bytes</c>, <c>*.failcnt</c>, <c>*.limit_in_bytes</c>.</summary>
public readonly record struct MemoryCounter(ulong Usage, ulong MaxUsage, ulong FailCount, ulong Limit);
