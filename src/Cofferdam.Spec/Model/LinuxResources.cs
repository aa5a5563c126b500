using System.Collections.ObjectModel;

namespace Cofferdam.Spec;

/// <summary>Limits of the container's cgroup.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Control groups.</remarks>
public sealed record LinuxResources
{
    /// <summary><c>devices</c>: applied in this order.</summary>
    public IReadOnlyList<DeviceRule> Devices { get; init; } = [];

    /// <summary><c>memory</c>.</summary>
    public MemoryResources? Memory { get; init; }

    /// <summary><c>cpu</c>.</summary>
    public CpuResources? Cpu { get; init; }

    /// <summary><c>pids</c>.</summary>
    public PidsResources? Pids { get; init; }

    /// <summary><c>blockIO</c>.</summary>
    public BlockIoResources? BlockIo { get; init; }

    /// <summary><c>hugepageLimits</c>.</summary>
    public IReadOnlyList<HugepageLimit> HugepageLimits { get; init; } = [];

    /// <summary><c>network</c>: cgroup v1.</summary>
    public NetworkResources? Network { get; init; }

    /// <summary><c>rdma</c> by device name.</summary>
    public IReadOnlyDictionary<string, RdmaLimit> Rdma { get; init; } = ReadOnlyDictionary<string, RdmaLimit>.Empty;

    /// <summary><c>unified</c>: files of cgroup v2 and their values.</summary>
    public IReadOnlyDictionary<string, string> Unified { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
