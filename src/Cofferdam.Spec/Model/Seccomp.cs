namespace Cofferdam.Spec;

/// <summary>System call filter.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Seccomp.</remarks>
public sealed record Seccomp
{
    /// <summary><c>defaultAction</c>.</summary>
    public SeccompAction DefaultAction { get; init; }

    /// <summary><c>defaultErrnoRet</c>; null is EPERM.</summary>
    public uint? DefaultErrnoRet { get; init; }

    /// <summary><c>architectures</c>; the native one is always covered.</summary>
    public IReadOnlyList<SeccompArchitecture> Architectures { get; init; } = [];

    /// <summary><c>flags</c>: SECCOMP_FILTER_FLAG_… names; absent (null) is the default set, which an empty list is not.</summary>
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary><c>listenerPath</c>: socket that receives the notify descriptor.</summary>
    public string? ListenerPath { get; init; }

    /// <summary><c>listenerMetadata</c>: opaque text for the listener.</summary>
    public string? ListenerMetadata { get; init; }

    /// <summary><c>syscalls</c>: the rules.</summary>
    public IReadOnlyList<SeccompSyscall> Syscalls { get; init; } = [];
}
