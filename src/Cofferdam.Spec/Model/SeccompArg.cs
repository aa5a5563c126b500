namespace Cofferdam.Spec;

/// <summary>A comparison with one argument of a system call.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Seccomp.</remarks>
public sealed record SeccompArg
{
    /// <summary><c>index</c>: 0 to 5.</summary>
    public uint Index { get; init; }

    /// <summary><c>value</c>; the mask of MaskedEqual.</summary>
    public ulong Value { get; init; }

    /// <summary><c>valueTwo</c>: the value of MaskedEqual.</summary>
    public ulong ValueTwo { get; init; }

    /// <summary><c>op</c>.</summary>
    public SeccompOperator Op { get; init; }
}
