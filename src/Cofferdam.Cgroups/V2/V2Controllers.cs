namespace Cofferdam.Cgroups.V2;

/// <summary>The controllers that take values from linux.resources. Others are reached by linux.resources.unified only.</summary>
internal static class V2Controllers
{
    /// <summary>In the order in which they are written.</summary>
    public static V2Controller[] Create() =>
    [
        new PidsController(),
        new MemoryController(),
        new IoController(),
        new CpuController(),
        new CpusetController(),
        new HugetlbController(),
        new RdmaController(),
    ];
}
