namespace Cofferdam.Spec;

/// <summary>Modes of set_mempolicy(2), with the kernel's numbers.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Memory policy.</remarks>
public enum MemoryPolicyMode
{
    /// <summary>MPOL_DEFAULT.</summary>
    Default = 0,

    /// <summary>MPOL_PREFERRED.</summary>
    Preferred = 1,

    /// <summary>MPOL_BIND.</summary>
    Bind = 2,

    /// <summary>MPOL_INTERLEAVE.</summary>
    Interleave = 3,

    /// <summary>MPOL_LOCAL.</summary>
    Local = 4,

    /// <summary>MPOL_PREFERRED_MANY: Linux 5.15.</summary>
    PreferredMany = 5,

    /// <summary>MPOL_WEIGHTED_INTERLEAVE: Linux 6.9.</summary>
    WeightedInterleave = 6,
}
