namespace Cofferdam.Spec;

/// <summary>Limits of one RDMA device.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section RDMA; Linux 4.11.</remarks>
public sealed record RdmaLimit
{
    /// <summary><c>hcaHandles</c>.</summary>
    public uint? HcaHandles { get; init; }

    /// <summary><c>hcaObjects</c>.</summary>
    public uint? HcaObjects { get; init; }
}
