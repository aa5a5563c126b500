namespace Cofferdam.Cgroups;

/// <summary>
/// One page counter of the kernel: <c>*.usage_in_bytes</c>, <c>*.max_usage_in_bytes</c>, <c>*.failcnt</c>, <c>*.limit_in_bytes</c>;
/// on cgroup v2 <c>*.current</c>, <c>*.peak</c>, the count of <c>max</c> events, <c>*.max</c> (<see cref="ulong.MaxValue"/> for none).
/// </summary>
public readonly record struct MemoryCounter(ulong Usage, ulong MaxUsage, ulong FailCount, ulong Limit);
