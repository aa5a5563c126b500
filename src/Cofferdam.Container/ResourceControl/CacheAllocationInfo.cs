namespace Cofferdam.Containers.ResourceControl;

/// <summary>info/L3 of resctrl.</summary>
/// <param name="CbmMask">The mask of the whole cache, in hexadecimal.</param>
/// <param name="MinCbmBits">How many bits a mask must have.</param>
/// <param name="NumClosids">How many classes of service there are.</param>
public readonly record struct CacheAllocationInfo(string CbmMask, ulong MinCbmBits, ulong NumClosids);
