namespace Cofferdam.Containers.ResourceControl;

/// <summary>One domain's directory of mon_data; null is what this machine does not measure, or not now.</summary>
/// <param name="Domain">Its name: "mon_L3_00".</param>
/// <param name="CacheOccupancy">Bytes in the last-level cache (CMT, llc_occupancy).</param>
/// <param name="TotalBytes">Bytes from and to memory (MBM, mbm_total_bytes).</param>
/// <param name="LocalBytes">Of these, from and to the memory of the same node (MBM, mbm_local_bytes).</param>
public readonly record struct CacheMonitorStats(string Domain, ulong? CacheOccupancy, ulong? TotalBytes, ulong? LocalBytes);
