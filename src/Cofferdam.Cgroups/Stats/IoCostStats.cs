namespace Cofferdam.Cgroups;

/// <summary>What the iocost controller tells of one device in io.stat (kernel 5.10), in microseconds.</summary>
public readonly record struct IoCostStats(ulong Major, ulong Minor, ulong Usage, ulong Wait, ulong Indebt, ulong Indelay);
