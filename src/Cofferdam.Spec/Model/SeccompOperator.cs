namespace Cofferdam.Spec;

/// <summary>Comparisons of arguments.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Seccomp.</remarks>
public enum SeccompOperator
{
    /// <summary>SCMP_CMP_NE.</summary>
    NotEqual,

    /// <summary>SCMP_CMP_LT.</summary>
    LessThan,

    /// <summary>SCMP_CMP_LE.</summary>
    LessOrEqual,

    /// <summary>SCMP_CMP_EQ.</summary>
    Equal,

    /// <summary>SCMP_CMP_GE.</summary>
    GreaterOrEqual,

    /// <summary>SCMP_CMP_GT.</summary>
    GreaterThan,

    /// <summary>SCMP_CMP_MASKED_EQ: (argument AND value) = valueTwo.</summary>
    MaskedEqual,
}
