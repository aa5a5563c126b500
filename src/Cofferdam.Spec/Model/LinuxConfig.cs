using System.Collections.ObjectModel;

namespace Cofferdam.Spec;

/// <summary>The <c>linux</c> section.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md.</remarks>
public sealed record LinuxConfig
{
    /// <summary><c>uidMappings</c> of the user namespace.</summary>
    public IReadOnlyList<IdMapping> UidMappings { get; init; } = [];

    /// <summary><c>gidMappings</c> of the user namespace.</summary>
    public IReadOnlyList<IdMapping> GidMappings { get; init; } = [];

    /// <summary><c>timeOffsets</c> by clock: "monotonic", "boottime".</summary>
    public IReadOnlyDictionary<string, TimeOffset> TimeOffsets { get; init; } = ReadOnlyDictionary<string, TimeOffset>.Empty;

    /// <summary><c>sysctl</c>: names with dots.</summary>
    public IReadOnlyDictionary<string, string> Sysctl { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary><c>resources</c> of the cgroup.</summary>
    public LinuxResources? Resources { get; init; }

    /// <summary><c>cgroupsPath</c>.</summary>
    public string? CgroupsPath { get; init; }

    /// <summary><c>namespaces</c>: those absent are the runtime's.</summary>
    public IReadOnlyList<LinuxNamespace> Namespaces { get; init; } = [];

    /// <summary><c>devices</c> besides the default ones.</summary>
    public IReadOnlyList<LinuxDevice> Devices { get; init; } = [];

    /// <summary><c>netDevices</c>: host interfaces moved in, by their name on the host.</summary>
    public IReadOnlyDictionary<string, LinuxNetDevice> NetDevices { get; init; } = ReadOnlyDictionary<string, LinuxNetDevice>.Empty;

    /// <summary><c>seccomp</c>.</summary>
    public Seccomp? Seccomp { get; init; }

    /// <summary><c>rootfsPropagation</c>: shared, slave, private, unbindable or their r forms; see <c>MountOptions.ParsePropagation</c>.</summary>
    public string? RootfsPropagation { get; init; }

    /// <summary><c>maskedPaths</c>.</summary>
    public IReadOnlyList<string> MaskedPaths { get; init; } = [];

    /// <summary><c>readonlyPaths</c>.</summary>
    public IReadOnlyList<string> ReadonlyPaths { get; init; } = [];

    /// <summary><c>mountLabel</c>: SELinux context of the mounts.</summary>
    public string? MountLabel { get; init; }

    /// <summary><c>personality</c>.</summary>
    public Personality? Personality { get; init; }

    /// <summary><c>intelRdt</c>.</summary>
    public IntelRdt? IntelRdt { get; init; }

    /// <summary><c>memoryPolicy</c>.</summary>
    public MemoryPolicy? MemoryPolicy { get; init; }
}
