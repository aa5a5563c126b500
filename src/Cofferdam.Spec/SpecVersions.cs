namespace Cofferdam.Spec;

/// <summary>What a version of runtime-spec means by the same text as another.</summary>
public static class SpecVersions
{
    private static readonly Version s_realZeroOfPids = new(1, 3);

    /// <summary>
    /// The resources as they are meant. A <c>pids.limit</c> of 0 forbids all forks since 1.3; before, runtimes took it for
    /// unset, and writers of configurations rely on that.
    /// </summary>
    public static LinuxResources Adapt(LinuxResources resources, string ociVersion) =>
        resources.Pids is { Limit: 0 } && IsBefore(s_realZeroOfPids, ociVersion) ? resources with { Pids = null } : resources;

    // "1.0.2-dev"; without a version the newest is meant.
    private static bool IsBefore(Version version, string ociVersion) =>
        Version.TryParse(ociVersion.Split('-', '+')[0], out Version? given) && given < version;
}
