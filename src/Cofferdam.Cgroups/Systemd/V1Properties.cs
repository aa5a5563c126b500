using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Systemd;

/// <summary>linux.resources as properties for systemd on cgroup v1. What is not here, systemd does not touch.</summary>
internal static class V1Properties
{
    /// <param name="properties">Receives them.</param>
    /// <param name="resources">The limits; on an update those that change.</param>
    /// <param name="present">Reads a file of a live cgroup; null for a new one.</param>
    public static void Set(UnitProperties properties, LinuxResources resources, Func<string, string?>? present)
    {
        if (resources.Memory?.Limit is { } limit and not 0) properties.Set("MemoryLimit", limit < 0 ? ulong.MaxValue : (ulong)limit);
        if (resources.Cpu is { } cpu) SetCpu(properties, cpu, present);
        if (resources.BlockIo?.Weight is > 0 and var weight) properties.Set("BlockIOWeight", weight);
        if (resources.Pids?.Limit is { } tasks) properties.Set("TasksMax", Tasks(tasks));
    }

    /// <summary>systemd has no limit of 0. It counts the first process, and so one more has the same effect.</summary>
    public static ulong Tasks(long limit) => limit < 0 ? ulong.MaxValue : Math.Max((ulong)limit, 1);

    private static void SetCpu(UnitProperties properties, CpuResources cpu, Func<string, string?>? present)
    {
        if (cpu.Shares is > 0) properties.Set("CPUShares", cpu.Shares.Value);
        long quota = cpu.Quota ?? 0;
        ulong period = cpu.Period ?? 0;
        if (quota == 0 && period == 0) return;
        // One that is not given stays; systemd must be told both.
        if (quota == 0 && long.TryParse(present?.Invoke("cpu.cfs_quota_us"), out long presentQuota)) quota = presentQuota;
        if (period == 0 && ulong.TryParse(present?.Invoke("cpu.cfs_period_us"), out ulong presentPeriod)) period = presentPeriod;
        CpuQuotaProperties.Set(properties, quota, period);
    }
}
