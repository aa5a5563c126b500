using Cofferdam.Cgroups;

namespace Cofferdam.Containers.Preflight;

/// <summary>Which launch is asked about: the options of create that matter to whether it works.</summary>
public sealed record CheckOptions
{
    /// <summary>The directory with the configuration, from which relative paths begin.</summary>
    public required string Bundle { get; init; }

    /// <summary>The configuration, relative to the bundle.</summary>
    public string ConfigFile { get; init; } = "config.json";

    /// <summary>The container that is meant; null for one whose name does not matter.</summary>
    public ContainerId? Id { get; init; }

    /// <summary>Where containers are recorded; used with <see cref="Id"/>.</summary>
    public string? Root { get; init; }

    /// <summary>See <see cref="CreateOptions.NoPivot"/>.</summary>
    public bool NoPivot { get; init; }

    /// <summary>See <see cref="CreateOptions.NoNewKeyring"/>.</summary>
    public bool NoNewKeyring { get; init; }

    /// <summary>See <see cref="CreateOptions.CgroupManager"/>.</summary>
    public CgroupManagerKind CgroupManager { get; init; }

    /// <summary>See <see cref="CreateOptions.Rootless"/>.</summary>
    public RootlessMode Rootless { get; init; }
}
