namespace Cofferdam.Cgroups.V2;

/// <summary>From the values of cgroup v1, in which runtime-spec is written, to those of v2; as runc and crun do.</summary>
internal static class Conversions
{
    private const ulong MinShares = 2;
    private const ulong MaxShares = 262144;
    private const ulong MaxWeight = 10000;

    /// <summary>
    /// cpu.shares (2 to 262144, usually 1024) to cpu.weight (1 to 10000, usually 100): the parabola in the logarithms that
    /// takes both ends and the usual value to each other (runc 1.3.2, crun 1.23). 0 is unset.
    /// </summary>
    public static ulong CpuWeight(ulong shares)
    {
        if (shares == 0) return 0;
        if (shares <= MinShares) return 1;
        if (shares >= MaxShares) return MaxWeight;
        double log = Math.Log2(shares);
        double exponent = (log * log + 125 * log) / 612.0 - 7.0 / 34.0;
        return (ulong)Math.Ceiling(Math.Pow(10, exponent));
    }

    /// <summary>blkio.weight (10 to 1000) to io.weight (1 to 10000), linearly. 0 is unset.</summary>
    public static ulong IoWeight(ushort weight) => weight == 0 ? 0 : 1 + ((ulong)Math.Max(weight, (ushort)10) - 10) * 9999 / 990;

    /// <summary>A limit in bytes as memory.* files take it; null for 0, which is unset.</summary>
    public static string? Bytes(long value) => value switch
    {
        0 => null,
        -1 => "max",
        _ => value.ToString(),
    };
}
