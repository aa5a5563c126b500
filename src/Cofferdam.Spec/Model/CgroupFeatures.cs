namespace Cofferdam.Spec;

/// <summary>Cgroup drivers that a runtime has.</summary>
/// <remarks>runtime-spec 1.3 features-linux.md, section Cgroup.</remarks>
public sealed record CgroupFeatures
{
    /// <summary><c>v1</c>.</summary>
    public bool? V1 { get; init; }

    /// <summary><c>v2</c>.</summary>
    public bool? V2 { get; init; }

    /// <summary><c>systemd</c>.</summary>
    public bool? Systemd { get; init; }

    /// <summary><c>systemdUser</c>.</summary>
    public bool? SystemdUser { get; init; }

    /// <summary><c>rdma</c>.</summary>
    public bool? Rdma { get; init; }
}
