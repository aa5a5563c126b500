namespace Cofferdam.Cgroups;

/// <summary>One line of a blkio counter; the operation ("Read", "Write" …) is empty where the file has none.</summary>
public readonly record struct BlkioEntry(ulong Major, ulong Minor, string Operation, ulong Value);
