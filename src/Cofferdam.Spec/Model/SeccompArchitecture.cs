namespace Cofferdam.Spec;

/// <summary>Architectures that a filter covers.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Seccomp.</remarks>
public enum SeccompArchitecture
{
    /// <summary>SCMP_ARCH_X86.</summary>
    X86,

    /// <summary>SCMP_ARCH_X86_64.</summary>
    X86_64,

    /// <summary>SCMP_ARCH_X32.</summary>
    X32,

    /// <summary>SCMP_ARCH_ARM.</summary>
    Arm,

    /// <summary>SCMP_ARCH_AARCH64.</summary>
    Aarch64,

    /// <summary>SCMP_ARCH_LOONGARCH64.</summary>
    LoongArch64,

    /// <summary>SCMP_ARCH_M68K.</summary>
    M68k,

    /// <summary>SCMP_ARCH_MIPS.</summary>
    Mips,

    /// <summary>SCMP_ARCH_MIPS64.</summary>
    Mips64,

    /// <summary>SCMP_ARCH_MIPS64N32.</summary>
    Mips64n32,

    /// <summary>SCMP_ARCH_MIPSEL.</summary>
    Mipsel,

    /// <summary>SCMP_ARCH_MIPSEL64.</summary>
    Mipsel64,

    /// <summary>SCMP_ARCH_MIPSEL64N32.</summary>
    Mipsel64n32,

    /// <summary>SCMP_ARCH_PPC.</summary>
    Ppc,

    /// <summary>SCMP_ARCH_PPC64.</summary>
    Ppc64,

    /// <summary>SCMP_ARCH_PPC64LE.</summary>
    Ppc64le,

    /// <summary>SCMP_ARCH_S390.</summary>
    S390,

    /// <summary>SCMP_ARCH_S390X.</summary>
    S390x,

    /// <summary>SCMP_ARCH_PARISC.</summary>
    Parisc,

    /// <summary>SCMP_ARCH_PARISC64.</summary>
    Parisc64,

    /// <summary>SCMP_ARCH_RISCV64.</summary>
    Riscv64,

    /// <summary>SCMP_ARCH_SH.</summary>
    Sh,

    /// <summary>SCMP_ARCH_SHEB.</summary>
    Sheb,
}
