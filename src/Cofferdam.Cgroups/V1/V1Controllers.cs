namespace Cofferdam.Cgroups.V1;

/// <summary>The controllers that take values from linux.resources.</summary>
internal static class V1Controllers
{
    /// <summary>
    /// In the order in which they are written: cheap refusals first, the devices late because init still makes its nodes.
    /// Others (cpuacct, perf_event, misc, named hierarchies) are joined only.
    /// </summary>
    public static V1Controller[] Create() =>
    [
        new CpusetController(),
        new MemoryController(),
        new CpuController(),
        new PidsController(),
        new BlkioController(),
        new HugetlbController(),
        new NetClsController(),
        new NetPrioController(),
        new RdmaController(),
        new DevicesController(),
    ];
}
