using Cofferdam.Testing;

namespace Cofferdam.BlackBox.Tests;

/// <summary>Tests that mean nothing, or something else, as an ordinary user, on cgroup v2 or with systemd's cgroups.</summary>
public static class PlaceDifferences
{
    public static IReadOnlyList<KnownDifference> All { get; } =
    [
        All_(Place.Rootless, "RootlessTests.*", "starts the runtime as an ordinary user by itself"),
        All_(Place.Systemd, "CgroupTests.A_nested_cgroups_path_is_made_with_its_parents", "a unit of systemd has no such path"),
        All_(Place.Systemd, "CgroupTests.A_relative_cgroups_path_works", "a unit of systemd has no such path"),
        All_(Place.Systemd, "CgroupTests.A_cgroups_path_cannot_climb_out_of_the_hierarchy", "a unit of systemd has no such path"),
        All_(Place.Systemd, "CgroupTests.Without_a_cgroups_path_the_id_names_the_cgroup", "the unit has the id in its name"),
        All_(Place.Systemd, "OomTests.A_limit_above_the_container_s_is_named", "a unit of systemd has no such path"),
        All_(Place.Rootless, "CgroupTests.A_relative_cgroups_path_works", "means a place that is not delegated"),
        All_(Place.Rootless, "CgroupTests.Without_a_cgroups_path_the_id_names_the_cgroup", "means a place that is not delegated"),
    ];

    private static KnownDifference All_(Place place, string test, string reason) => new("", null, test, reason) { In = place };
}
