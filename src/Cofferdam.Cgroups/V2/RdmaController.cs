using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V2;

/// <summary>rdma: handles and objects by device (cgroup-v2.rst, "RDMA").</summary>
internal sealed class RdmaController : V2Controller
{
    private const string Field = "linux.resources.rdma";

    public override string Name => "rdma";

    public override string? NeededBy(LinuxResources resources) => resources.Rdma.Count > 0 ? Field : null;

    public override void Validate(LinuxResources resources) => ResourceValues.CheckRdma(resources.Rdma, Field);

    public override void Apply(V2Directory directory, LinuxResources resources, V2Change change)
    {
        foreach ((string device, RdmaLimit limit) in resources.Rdma) directory.Write("rdma.max", ResourceValues.RdmaLine(device, limit), $"{Field}.{device}");
    }
}
