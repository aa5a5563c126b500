using Cofferdam.Testing;

namespace Cofferdam.BlackBox.Tests;

/// <summary>Tests that mean nothing, or something else, as an ordinary user, on cgroup v2 or with systemd's cgroups.</summary>
public static class PlaceDifferences
{
    private const string Bound = "the devices of an ordinary user are the host's, bound";
    private const string Closed = "the device is the host's, and closed to users";
    private const string NoPath = "a unit of systemd has no such path";
    private const string Elsewhere = "the path is not in the delegated tree";
    private const string Foreign = "namespaces of another user namespace cannot be joined";
    private const string Locked = "the kernel locks access-time options that a mount came with";
    private const string NoCgroup = "an ordinary user has no cgroup on v1";
    private const string Seen = "what check finds is about the namespaces that a user must have";
    private const string Maps = "the config of an ordinary user has maps";

    public static IReadOnlyList<KnownDifference> All { get; } =
    [
        Rootless("RootlessTests.*", "starts the runtime as an ordinary user by itself"),
        Rootless("NetDeviceTests.*", "only root can give a device of the host away"),
        Rootless("CgroupTests.A_relative_cgroups_path_works", Elsewhere),
        Rootless("CgroupTests.Without_a_cgroups_path_the_id_names_the_cgroup", Elsewhere),
        Rootless("CheckTests.A_directory_above_the_cgroup_that_check_had_to_make_is_gone_again", Elsewhere),
        Rootless("CheckTests.A_capability_that_the_caller_lacks_is_told", "the capabilities are those of the own user namespace"),
        Rootless("CheckTests.A_bundle_that_passes_runs_and_check_has_changed_nothing(network of the host)", Foreign),
        Rootless("DeviceTests.A_default_device_has_its_number_and_is_open_to_all", Bound),
        Rootless("DeviceTests.Devices_of_the_config_have_type_number_mode_and_owner", Bound),
        Rootless("DeviceTests.A_device_outside_of_dev_is_made_too", Bound),
        Rootless("DeviceTests.A_later_rule_overrides_an_earlier_one", Closed),
        Rootless("DeviceTests.A_device_that_no_rule_allows_cannot_be_opened", Closed),
        Rootless("DeviceTests.A_device_that_a_rule_allows_can_be_opened", Closed),
        Rootless("DeviceTests.A_rule_for_reading_does_not_allow_writing", Closed),
        Rootless("DeviceTests.A_wildcard_rule_allows_all_minors", Closed),
        Rootless("CgroupV2Tests.The_device_rules_hold_after_an_update", "an ordinary user may not load device programs"),
        Rootless("NamespaceTests.A_namespace_by_path_is_shared_with_its_owner", Foreign),
        Rootless("NamespaceTests.Two_containers_of_one_pod_share_net_ipc_uts_and_pid", Foreign),
        Rootless("NamespaceTests.A_sysctl_of_an_own_namespace_is_set(net.core.somaxconn)", "the kernel shows this one to its first user namespace only"),
        Rootless("HookTests.CreateContainer_hooks_run_in_the_namespaces_of_the_container", "an ordinary user may not look at the namespaces of init"),
        Rootless("HookTests.A_createRuntime_hook_can_configure_the_network_namespace_of_the_container", "an ordinary user may not enter the namespace of init"),
        Rootless("UserNamespaceTests.Maps_without_a_user_namespace_are_refused", Maps),
        Rootless("UserNamespaceTests.A_user_namespace_without_maps_is_refused", Maps),
        Rootless("ProcessTests.The_largest_ids_work", "they are not among the user's ids"),
        Rootless("GlobalOptionTests.Spec_writes_a_config_that_runs", "an ordinary user needs that of spec --rootless"),
        LegacyUser("CgroupTests.*", NoCgroup),
        LegacyUser("OomTests.*", NoCgroup),
        LegacyUser("UpdateTests.*", NoCgroup),
        LegacyUser("CheckTests.A_name_or_cgroup_that_is_taken_is_told", NoCgroup),
        LegacyUser("CheckTests.A_bundle_that_passes_runs_and_check_has_changed_nothing(cgroup mount)", NoCgroup),
        LegacyUser("CheckTests.A_bundle_that_passes_runs_and_check_has_changed_nothing(limits)", NoCgroup),
        LegacyUser("DeleteTests.Delete_force_ends_all_processes_without_a_pid_namespace", NoCgroup),
        LegacyUser("DeleteTests.Delete_force_ends_processes_that_outlived_init", NoCgroup),
        LegacyUser("DeleteTests.Delete_force_of_a_paused_container_ends_it", NoCgroup),
        LegacyUser("DeleteTests.Delete_removes_the_cgroups_that_the_container_made_inside_its_own", NoCgroup),
        LegacyUser("DeviceTests.The_device_list_of_the_cgroup_is_that_of_the_rules", NoCgroup),
        LegacyUser("KillTests.Kill_KILL_without_a_private_pid_namespace_ends_all_processes", NoCgroup),
        LegacyUser("KillTests.Kill_all_of_a_stopped_container_is_no_failure_when_processes_remain", NoCgroup),
        LegacyUser("KillTests.Kill_all_reaches_every_process_of_the_container", NoCgroup),
        LegacyUser("LifecycleTests.Children_end_with_the_program_also_without_a_pid_namespace", NoCgroup),
        LegacyUser("MountTests.A_cgroup_mount_in_a_cgroup_namespace_has_the_containers_cgroup_as_root", NoCgroup),
        LegacyUser("MountTests.A_cgroup_mount_shows_the_hierarchies_read_only", NoCgroup),
        LegacyUser("StateTests.Ps_counts_processes_that_were_executed_later", NoCgroup),
        LegacyUser("CheckTests.A_bundle_that_check_refuses_does_not_run(no namespace)", Seen),
        LegacyUser("CheckTests.A_bundle_that_check_refuses_does_not_run(other kind of namespace)", Seen),
        LegacyUser("CheckTests.A_bundle_that_passes_runs_and_check_has_changed_nothing(idmapped)", "an ordinary user may not map the ids of the host's file systems"),
        LegacyUser("MountOptionTests.A_bind_mount_has_the_attribute(nodiratime)", Locked),
        LegacyUser("MountOptionTests.A_bind_mount_has_the_attribute(noatime)", Locked),
        Systemd("RootlessTests.*", "the user that the test becomes has no systemd"),
        Systemd("CgroupTests.A_nested_cgroups_path_is_made_with_its_parents", NoPath),
        Systemd("CgroupTests.A_relative_cgroups_path_works", NoPath),
        Systemd("CgroupTests.A_cgroups_path_cannot_climb_out_of_the_hierarchy", NoPath),
        Systemd("CheckTests.A_directory_above_the_cgroup_that_check_had_to_make_is_gone_again", NoPath),
        Systemd("CgroupTests.Without_a_cgroups_path_the_id_names_the_cgroup", "the unit has the id in its name"),
        Systemd("OomTests.A_limit_above_the_container_s_is_named", NoPath),
    ];

    private static KnownDifference Rootless(string test, string reason) => new("", null, test, reason) { In = Place.Rootless };

    private static KnownDifference Systemd(string test, string reason) => new("", null, test, reason) { In = Place.Systemd };

    private static KnownDifference LegacyUser(string test, string reason) => new("", null, test, reason) { In = Place.Rootless | Place.Legacy };
}
