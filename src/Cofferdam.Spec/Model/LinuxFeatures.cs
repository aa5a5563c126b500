namespace Cofferdam.Spec;

/// <summary>The <c>linux</c> section of the features document.</summary>
/// <remarks>runtime-spec 1.3 features-linux.md.</remarks>
public sealed record LinuxFeatures
{
    /// <summary><c>namespaces</c>.</summary>
    public IReadOnlyList<string>? Namespaces { get; init; }

    /// <summary><c>capabilities</c>.</summary>
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary><c>cgroup</c>.</summary>
    public CgroupFeatures? Cgroup { get; init; }

    /// <summary><c>seccomp</c>.</summary>
    public SeccompFeatures? Seccomp { get; init; }

    /// <summary><c>apparmor.enabled</c>.</summary>
    public bool? ApparmorEnabled { get; init; }

    /// <summary><c>selinux.enabled</c>.</summary>
    public bool? SelinuxEnabled { get; init; }

    /// <summary><c>intelRdt</c>.</summary>
    public IntelRdtFeatures? IntelRdt { get; init; }

    /// <summary><c>memoryPolicy</c>: 1.3.</summary>
    public MemoryPolicyFeatures? MemoryPolicy { get; init; }

    /// <summary><c>mountExtensions.idmap.enabled</c>.</summary>
    public bool? IdmapEnabled { get; init; }

    /// <summary><c>netDevices.enabled</c>: 1.3.</summary>
    public bool? NetDevicesEnabled { get; init; }
}
