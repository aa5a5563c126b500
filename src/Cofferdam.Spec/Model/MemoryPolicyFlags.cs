namespace Cofferdam.Spec;

/// <summary>Flags of set_mempolicy(2), with the kernel's bits.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Memory policy.</remarks>
[Flags]
public enum MemoryPolicyFlags
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>MPOL_F_NUMA_BALANCING: Linux 5.12.</summary>
    NumaBalancing = 1 << 13,

    /// <summary>MPOL_F_RELATIVE_NODES.</summary>
    RelativeNodes = 1 << 14,

    /// <summary>MPOL_F_STATIC_NODES.</summary>
    StaticNodes = 1 << 15,
}
