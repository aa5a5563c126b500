namespace Cofferdam.Spec;

/// <summary>One rule: some system calls and what happens to them.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Seccomp.</remarks>
public sealed record SeccompSyscall
{
    /// <summary><c>names</c>.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary><c>action</c>.</summary>
    public SeccompAction Action { get; init; }

    /// <summary><c>errnoRet</c>; null is EPERM.</summary>
    public uint? ErrnoRet { get; init; }

    /// <summary><c>args</c>: all must match.</summary>
    public IReadOnlyList<SeccompArg> Args { get; init; } = [];
}
