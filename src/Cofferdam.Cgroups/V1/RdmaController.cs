using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V1;

/// <summary>rdma: handles and objects by device (cgroup-v1/rdma.rst).</summary>
internal sealed class RdmaController : V1Controller
{
    private const string Field = "linux.resources.rdma";

    public override string Name => "rdma";

    public override string? NeededBy(LinuxResources resources) => resources.Rdma.Count > 0 ? Field : null;

    public override void Validate(LinuxResources resources) => ResourceValues.CheckRdma(resources.Rdma, Field);

    public override void Apply(V1Directory directory, LinuxResources resources, V1Change change)
    {
        foreach ((string device, RdmaLimit limit) in resources.Rdma) directory.Write("rdma.max", ResourceValues.RdmaLine(device, limit), $"{Field}.{device}");
    }

    public static RdmaStats ReadStats(V1Directory directory) =>
        new() { Limits = RdmaFile.Parse(directory.TryRead("rdma.max")), Current = RdmaFile.Parse(directory.TryRead("rdma.current")) };
}
