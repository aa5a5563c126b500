namespace Cofferdam.Cgroups.Systemd;

/// <summary>CPUQuotaPeriodUSec and CPUQuotaPerSecUSec from a quota and its period.</summary>
internal static class CpuQuotaProperties
{
    private const ulong DefaultPeriod = 100_000;
    private const ulong Second = 1_000_000;

    // systemd keeps whole percents in its files and would come back with less after a daemon-reload.
    private const ulong Percent = Second / 100;

    /// <param name="properties">Receives them.</param>
    /// <param name="quota">In µs; 0 or less is none.</param>
    /// <param name="period">In µs; 0 is the usual one.</param>
    public static void Set(UnitProperties properties, long quota, ulong period)
    {
        // Older than systemd 242 there is only the usual period; the file gets the right one.
        if (period != 0) properties.Set("CPUQuotaPeriodUSec", period, isOptional: true);
        ulong perSecond = ulong.MaxValue;
        if (quota > 0)
        {
            UInt128 exact = (UInt128)(ulong)quota * Second / (period == 0 ? DefaultPeriod : period);
            UInt128 rounded = (exact + Percent - 1) / Percent * Percent;
            perSecond = rounded < ulong.MaxValue ? (ulong)rounded : ulong.MaxValue;
        }

        properties.Set("CPUQuotaPerSecUSec", perSecond);
    }
}
