using System.Runtime.InteropServices;
using Cofferdam.Spec;
using Machine = System.Runtime.InteropServices.Architecture;

namespace Cofferdam.Containers.Seccomp;

/// <summary>How system calls of one architecture of a profile look to a filter.</summary>
/// <param name="Architecture">The profile's name for it.</param>
/// <param name="AuditArchitecture">AUDIT_ARCH_…, what seccomp_data.arch holds. x86-64 and x32 share one.</param>
/// <param name="Base">What the kernel adds to the numbers of the table.</param>
/// <param name="Is64Bit">Arguments are compared in 64 bits; otherwise in their low 32, as libseccomp does.</param>
/// <param name="IsBigEndian">Which half of an argument comes first.</param>
internal readonly record struct Abi(
    SeccompArchitecture Architecture, uint AuditArchitecture, uint Base, bool Is64Bit, bool IsBigEndian)
{
    /// <summary>Number 1 of the private calls of 32-bit ARM (asm/unistd.h, __ARM_NR_BASE + 1).</summary>
    public const uint ArmPrivateBase = 0xf0001;

    /// <summary>__X32_SYSCALL_BIT.</summary>
    public const uint X32Bit = 0x4000_0000;

    /// <summary>Name index + 1 by number - <see cref="Base"/>.</summary>
    public ReadOnlySpan<ushort> Numbers => Architecture switch
    {
        SeccompArchitecture.X86_64 => SyscallNumbers.X86_64,
        SeccompArchitecture.X86 => SyscallNumbers.X86,
        SeccompArchitecture.X32 => SyscallNumbers.X32,
        SeccompArchitecture.Aarch64 => SyscallNumbers.Aarch64,
        SeccompArchitecture.Arm => SyscallNumbers.Arm,
        SeccompArchitecture.Riscv64 => SyscallNumbers.Riscv64,
        SeccompArchitecture.LoongArch64 => SyscallNumbers.LoongArch64,
        SeccompArchitecture.Ppc => SyscallNumbers.Ppc,
        SeccompArchitecture.Ppc64 or SeccompArchitecture.Ppc64le => SyscallNumbers.Ppc64,
        SeccompArchitecture.S390 => SyscallNumbers.S390,
        SeccompArchitecture.S390x => SyscallNumbers.S390x,
        SeccompArchitecture.Mips or SeccompArchitecture.Mipsel => SyscallNumbers.Mips,
        SeccompArchitecture.Mips64 or SeccompArchitecture.Mipsel64 => SyscallNumbers.Mips64,
        SeccompArchitecture.Mips64n32 or SeccompArchitecture.Mipsel64n32 => SyscallNumbers.Mips64n32,
        SeccompArchitecture.Parisc => SyscallNumbers.Parisc,
        SeccompArchitecture.Parisc64 => SyscallNumbers.Parisc64,
        SeccompArchitecture.M68k => SyscallNumbers.M68k,
        SeccompArchitecture.Sh or SeccompArchitecture.Sheb => SyscallNumbers.Sh,
        _ => [],
    };

    /// <summary>Numbers far above the table, from <see cref="ArmPrivateBase"/>.</summary>
    public ReadOnlySpan<ushort> PrivateNumbers => Architecture == SeccompArchitecture.Arm ? SyscallNumbers.ArmPrivate : [];

    /// <summary>A kernel too old for a number above 255 hands the filter number 0 (setup) in its place.</summary>
    public bool HidesUnknownNumbers => Architecture is SeccompArchitecture.S390 or SeccompArchitecture.S390x;

    /// <summary>The architecture of this machine, which every filter covers.</summary>
    public static SeccompArchitecture Native => RuntimeInformation.ProcessArchitecture switch
    {
        Machine.X64 => SeccompArchitecture.X86_64,
        Machine.X86 => SeccompArchitecture.X86,
        Machine.Arm64 => SeccompArchitecture.Aarch64,
        Machine.Arm or Machine.Armv6 => SeccompArchitecture.Arm,
        Machine.RiscV64 => SeccompArchitecture.Riscv64,
        Machine.LoongArch64 => SeccompArchitecture.LoongArch64,
        Machine.Ppc64le => SeccompArchitecture.Ppc64le,
        Machine.S390x => SeccompArchitecture.S390x,
        _ => throw new CofferdamException(ErrorKind.Unimplemented, "linux.seccomp: not supported on this machine's architecture"),
    };

    /// <summary>What is known of an architecture; false if its system calls are not.</summary>
    public static bool TryGet(SeccompArchitecture architecture, out Abi abi)
    {
        // AUDIT_ARCH_*: ELF machine | 0x80000000 for 64 bit | 0x40000000 for little endian | 0x20000000 for n32
        (uint Audit, uint First) known = architecture switch
        {
            SeccompArchitecture.X86_64 => (0xc000_003e, 0u),
            SeccompArchitecture.X86 => (0x4000_0003, 0u),
            SeccompArchitecture.X32 => (0xc000_003e, X32Bit),
            SeccompArchitecture.Aarch64 => (0xc000_00b7, 0u),
            SeccompArchitecture.Arm => (0x4000_0028, 0u),
            SeccompArchitecture.Riscv64 => (0xc000_00f3, 0u),
            SeccompArchitecture.LoongArch64 => (0xc000_0102, 0u),
            SeccompArchitecture.Ppc => (0x0000_0014, 0u),
            SeccompArchitecture.Ppc64 => (0x8000_0015, 0u),
            SeccompArchitecture.Ppc64le => (0xc000_0015, 0u),
            SeccompArchitecture.S390 => (0x0000_0016, 0u),
            SeccompArchitecture.S390x => (0x8000_0016, 0u),
            SeccompArchitecture.Mips => (0x0000_0008, 4000u),
            SeccompArchitecture.Mipsel => (0x4000_0008, 4000u),
            SeccompArchitecture.Mips64 => (0x8000_0008, 5000u),
            SeccompArchitecture.Mipsel64 => (0xc000_0008, 5000u),
            SeccompArchitecture.Mips64n32 => (0xa000_0008, 6000u),
            SeccompArchitecture.Mipsel64n32 => (0xe000_0008, 6000u),
            SeccompArchitecture.Parisc => (0x0000_000f, 0u),
            SeccompArchitecture.Parisc64 => (0x8000_000f, 0u),
            SeccompArchitecture.M68k => (0x0000_0004, 0u),
            SeccompArchitecture.Sh => (0x4000_002a, 0u),
            SeccompArchitecture.Sheb => (0x0000_002a, 0u),
            _ => (0u, 0u),
        };
        bool wide = (known.Audit & 0xa000_0000) == 0x8000_0000 && known.First != X32Bit;
        abi = new Abi(architecture, known.Audit, known.First, wide, (known.Audit & 0x4000_0000) == 0);
        return known.Audit != 0;
    }

    /// <summary>True if this ABI has the multiplexing call and so reaches others through it.</summary>
    public bool Has(int name)
    {
        foreach (ushort entry in Numbers)
        {
            if (entry == name + 1) return true;
        }
        return false;
    }
}
