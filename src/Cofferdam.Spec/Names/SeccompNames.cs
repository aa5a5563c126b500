namespace Cofferdam.Spec;

/// <summary>Names of the vocabulary of <c>linux.seccomp</c>.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Seccomp.</remarks>
public static class SeccompNames
{
    /// <summary>Flags that the filter may have, as they are written in <c>flags</c>.</summary>
    public static IReadOnlyList<string> Flags =>
    [
        "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
    ];

    /// <summary>Whether the name is a known flag.</summary>
    public static bool IsFlag(string name) => name is "SECCOMP_FILTER_FLAG_LOG" or "SECCOMP_FILTER_FLAG_SPEC_ALLOW"
        or "SECCOMP_FILTER_FLAG_TSYNC" or "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV";

    /// <summary>The name of a <see cref="SeccompAction"/> in config.json.</summary>
    public static string Name(SeccompAction value) => value switch
    {
        SeccompAction.KillThread => "SCMP_ACT_KILL_THREAD",
        SeccompAction.KillProcess => "SCMP_ACT_KILL_PROCESS",
        SeccompAction.Trap => "SCMP_ACT_TRAP",
        SeccompAction.Errno => "SCMP_ACT_ERRNO",
        SeccompAction.Trace => "SCMP_ACT_TRACE",
        SeccompAction.Allow => "SCMP_ACT_ALLOW",
        SeccompAction.Log => "SCMP_ACT_LOG",
        SeccompAction.Notify => "SCMP_ACT_NOTIFY",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    /// <summary>The <see cref="SeccompAction"/> of a name; false if there is none.</summary>
    public static bool TryParse(string name, out SeccompAction value)
    {
        SeccompAction? found = name switch
        {
            "SCMP_ACT_KILL_THREAD" or "SCMP_ACT_KILL" => SeccompAction.KillThread,
            "SCMP_ACT_KILL_PROCESS" => SeccompAction.KillProcess,
            "SCMP_ACT_TRAP" => SeccompAction.Trap,
            "SCMP_ACT_ERRNO" => SeccompAction.Errno,
            "SCMP_ACT_TRACE" => SeccompAction.Trace,
            "SCMP_ACT_ALLOW" => SeccompAction.Allow,
            "SCMP_ACT_LOG" => SeccompAction.Log,
            "SCMP_ACT_NOTIFY" => SeccompAction.Notify,
            _ => null,
        };
        value = found.GetValueOrDefault();
        return found is not null;
    }

    /// <summary>The name of a <see cref="SeccompOperator"/> in config.json.</summary>
    public static string Name(SeccompOperator value) => value switch
    {
        SeccompOperator.NotEqual => "SCMP_CMP_NE",
        SeccompOperator.LessThan => "SCMP_CMP_LT",
        SeccompOperator.LessOrEqual => "SCMP_CMP_LE",
        SeccompOperator.Equal => "SCMP_CMP_EQ",
        SeccompOperator.GreaterOrEqual => "SCMP_CMP_GE",
        SeccompOperator.GreaterThan => "SCMP_CMP_GT",
        SeccompOperator.MaskedEqual => "SCMP_CMP_MASKED_EQ",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    /// <summary>The <see cref="SeccompOperator"/> of a name; false if there is none.</summary>
    public static bool TryParse(string name, out SeccompOperator value)
    {
        SeccompOperator? found = name switch
        {
            "SCMP_CMP_NE" => SeccompOperator.NotEqual,
            "SCMP_CMP_LT" => SeccompOperator.LessThan,
            "SCMP_CMP_LE" => SeccompOperator.LessOrEqual,
            "SCMP_CMP_EQ" => SeccompOperator.Equal,
            "SCMP_CMP_GE" => SeccompOperator.GreaterOrEqual,
            "SCMP_CMP_GT" => SeccompOperator.GreaterThan,
            "SCMP_CMP_MASKED_EQ" => SeccompOperator.MaskedEqual,
            _ => null,
        };
        value = found.GetValueOrDefault();
        return found is not null;
    }

    /// <summary>The name of a <see cref="SeccompArchitecture"/> in config.json.</summary>
    public static string Name(SeccompArchitecture value) => value switch
    {
        SeccompArchitecture.X86 => "SCMP_ARCH_X86",
        SeccompArchitecture.X86_64 => "SCMP_ARCH_X86_64",
        SeccompArchitecture.X32 => "SCMP_ARCH_X32",
        SeccompArchitecture.Arm => "SCMP_ARCH_ARM",
        SeccompArchitecture.Aarch64 => "SCMP_ARCH_AARCH64",
        SeccompArchitecture.LoongArch64 => "SCMP_ARCH_LOONGARCH64",
        SeccompArchitecture.M68k => "SCMP_ARCH_M68K",
        SeccompArchitecture.Mips => "SCMP_ARCH_MIPS",
        SeccompArchitecture.Mips64 => "SCMP_ARCH_MIPS64",
        SeccompArchitecture.Mips64n32 => "SCMP_ARCH_MIPS64N32",
        SeccompArchitecture.Mipsel => "SCMP_ARCH_MIPSEL",
        SeccompArchitecture.Mipsel64 => "SCMP_ARCH_MIPSEL64",
        SeccompArchitecture.Mipsel64n32 => "SCMP_ARCH_MIPSEL64N32",
        SeccompArchitecture.Ppc => "SCMP_ARCH_PPC",
        SeccompArchitecture.Ppc64 => "SCMP_ARCH_PPC64",
        SeccompArchitecture.Ppc64le => "SCMP_ARCH_PPC64LE",
        SeccompArchitecture.S390 => "SCMP_ARCH_S390",
        SeccompArchitecture.S390x => "SCMP_ARCH_S390X",
        SeccompArchitecture.Parisc => "SCMP_ARCH_PARISC",
        SeccompArchitecture.Parisc64 => "SCMP_ARCH_PARISC64",
        SeccompArchitecture.Riscv64 => "SCMP_ARCH_RISCV64",
        SeccompArchitecture.Sh => "SCMP_ARCH_SH",
        SeccompArchitecture.Sheb => "SCMP_ARCH_SHEB",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    /// <summary>The <see cref="SeccompArchitecture"/> of a name; false if there is none.</summary>
    public static bool TryParse(string name, out SeccompArchitecture value)
    {
        SeccompArchitecture? found = name switch
        {
            "SCMP_ARCH_X86" => SeccompArchitecture.X86,
            "SCMP_ARCH_X86_64" => SeccompArchitecture.X86_64,
            "SCMP_ARCH_X32" => SeccompArchitecture.X32,
            "SCMP_ARCH_ARM" => SeccompArchitecture.Arm,
            "SCMP_ARCH_AARCH64" => SeccompArchitecture.Aarch64,
            "SCMP_ARCH_LOONGARCH64" => SeccompArchitecture.LoongArch64,
            "SCMP_ARCH_M68K" => SeccompArchitecture.M68k,
            "SCMP_ARCH_MIPS" => SeccompArchitecture.Mips,
            "SCMP_ARCH_MIPS64" => SeccompArchitecture.Mips64,
            "SCMP_ARCH_MIPS64N32" => SeccompArchitecture.Mips64n32,
            "SCMP_ARCH_MIPSEL" => SeccompArchitecture.Mipsel,
            "SCMP_ARCH_MIPSEL64" => SeccompArchitecture.Mipsel64,
            "SCMP_ARCH_MIPSEL64N32" => SeccompArchitecture.Mipsel64n32,
            "SCMP_ARCH_PPC" => SeccompArchitecture.Ppc,
            "SCMP_ARCH_PPC64" => SeccompArchitecture.Ppc64,
            "SCMP_ARCH_PPC64LE" => SeccompArchitecture.Ppc64le,
            "SCMP_ARCH_S390" => SeccompArchitecture.S390,
            "SCMP_ARCH_S390X" => SeccompArchitecture.S390x,
            "SCMP_ARCH_PARISC" => SeccompArchitecture.Parisc,
            "SCMP_ARCH_PARISC64" => SeccompArchitecture.Parisc64,
            "SCMP_ARCH_RISCV64" => SeccompArchitecture.Riscv64,
            "SCMP_ARCH_SH" => SeccompArchitecture.Sh,
            "SCMP_ARCH_SHEB" => SeccompArchitecture.Sheb,
            _ => null,
        };
        value = found.GetValueOrDefault();
        return found is not null;
    }
}
