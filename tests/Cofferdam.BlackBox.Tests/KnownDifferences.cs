using Cofferdam.Testing;

namespace Cofferdam.BlackBox.Tests;

/// <summary>Where runc and crun differ from what a test asks: the whole list, in one place.</summary>
public static class KnownDifferences
{
    public static IReadOnlyList<KnownDifference> All { get; } =
    [
        // Commands and options.
        new("runc", null, "DeleteTests.Delete_by_regex_removes_the_containers_that_match", "has no --regex"),
        new("runc", null, "KillTests.Kill_by_regex_reaches_the_containers_that_match", "has no --regex"),
        new("runc", "1.2", "DescriptorTests.The_pidfd_socket_receives_a_pidfd_of_init", "has no --pidfd-socket before 1.2"),
        new("crun", null, "DescriptorTests.The_pidfd_socket_receives_a_pidfd_of_init", "has no --pidfd-socket"),
        new("runc", "1.2", "KillTests.Kill_KILL_without_a_private_pid_namespace_ends_all_processes", "kill reaches init only, without --all"),
        new("crun", null, "KillTests.Kill_KILL_without_a_private_pid_namespace_ends_all_processes", "kill reaches init only, without --all"),
        new("crun", null, "KillTests.Kill_sends_a_signal_by_name_or_number(given: \"sigusr1\")", "takes signal names in upper case only"),
        new("crun", null, "KillTests.Kill_sends_a_signal_by_name_or_number(given: \"usr2\")", "takes signal names in upper case only"),
        new("crun", null, "StateTests.Ps_takes_the_options_of_ps", "ps prints pids only"),
        new("crun", null, "StateTests.State_prints_the_fields_that_callers_read", "prints a relative rootfs"),
        new("crun", null, "StateTests.List_prints_a_table_with_every_container", "has another header"),
        new("crun", "1.9", "LifecycleTests.Run_with_keep_leaves_a_stopped_container", "has no --keep"),
        new("crun", null, "LifecycleTests.Children_end_with_the_program_also_without_a_pid_namespace", "waits for the children"),

        // Exit codes and ids.
        new("crun", null, "ExitCodeTests.Exec_in_a_stopped_container_exits_with_255", "exits with 1"),
        new("crun", null, "ExitCodeTests.Exec_in_a_container_that_does_not_exist_exits_with_255", "exits with 1"),
        new("crun", null, "ExitCodeTests.An_id_outside_the_allowed_letters_is_refused(id: \"with space\")", "takes ids with any letter but a slash"),
        new("crun", null, "ExitCodeTests.An_id_outside_the_allowed_letters_is_refused(id: \"semi;colon\")", "takes ids with any letter but a slash"),

        // Descriptors and terminals.
        new("crun", null, "DescriptorTests.Preserving_a_descriptor_that_is_not_open_is_refused", "ignores the missing descriptor"),
        new("crun", null, "DescriptorTests.Listen_fds_are_passed_with_their_variables", "sets no LISTEN_PID"),
        new("crun", null, "DescriptorTests.A_ready_message_of_the_program_reaches_the_hosts_notify_socket", "waits on after the message when started by run"),
        new("crun", null, "TerminalTests.The_terminal_has_the_size_of_the_hosts", "run does not copy the size of the terminal"),
        new("crun", null, "TerminalTests.A_resize_of_the_hosts_terminal_reaches_the_program", "run does not copy the size of the terminal"),
        new("crun", null, "TerminalTests.A_console_socket_without_a_terminal_is_refused", "ignores the socket"),

        // Hooks.
        new("runc", "1.2", "HookTests.Hooks_run_in_the_order_of_the_specification", "runs poststart hooks before the start"),
        new("runc", "1.2", "HookTests.A_poststart_hook_runs_after_the_program_was_started", "runs poststart hooks before the start"),
        new("runc", "1.2", "HookTests.A_hook_reads_the_state_of_the_container_from_its_input(kind: \"poststart\")", "runs poststart hooks before the start"),
        new("runc", "1.2", "HookTests.A_failing_poststop_hook_does_not_keep_the_container", "skips the hooks after a failing poststop hook"),
        new("crun", null, "HookTests.Hooks_run_in_the_order_of_the_specification", "runs poststart hooks while startContainer hooks run"),
        new("crun", null, "HookTests.A_hook_reads_the_state_of_the_container_from_its_input(kind: \"prestart\")", "calls the state 'created'"),
        new("crun", null, "HookTests.A_hook_reads_the_state_of_the_container_from_its_input(kind: \"createRuntime\")", "calls the state 'created'"),
        new("crun", null, "HookTests.A_hook_reads_the_state_of_the_container_from_its_input(kind: \"createContainer\")", "calls the state 'created'"),
        new("crun", null, "HookTests.A_hook_reads_the_state_of_the_container_from_its_input(kind: \"startContainer\")", "tells '/' as the bundle"),
        new("runc", null, "HookTests.A_failing_startContainer_hook_fails_start", "start does not wait for the program"),
        new("crun", null, "HookTests.A_failing_startContainer_hook_fails_start", "start does not wait for the program"),

        // Namespaces.
        new("runc", "1.2", "NamespaceTests.Time_offsets_shift_the_clocks_of_a_time_namespace", "has no time namespaces before 1.2"),
        new("runc", "1.2", "NamespaceTests.A_namespace_without_a_path_is_new(type: \"time\")", "has no time namespaces before 1.2"),
        new("runc", "1.2", "NamespaceTests.A_namespace_by_path_is_shared_with_its_owner(type: \"time\")", "has no time namespaces before 1.2"),
        new("runc", "1.2", "NamespaceTests.Hostname_and_domainname_are_set_in_the_uts_namespace", "sets no domainname before 1.2"),
        new("runc", "1.2", "UserNamespaceTests.A_user_namespace_by_path_is_joined", "needs maps with a user namespace by path before 1.2"),
        new("runc", "1.2", "UserNamespaceTests.All_namespaces_of_another_container_can_be_joined_with_its_user_namespace", "needs maps with a user namespace by path before 1.2"),
        new("runc", "1.2", "UserNamespaceTests.Maps_without_a_user_namespace_are_refused", "ignores the maps before 1.2"),
        new("crun", null, "UserNamespaceTests.Maps_without_a_user_namespace_are_refused", "ignores the maps"),
        new("crun", "1.9", "NamespaceTests.Time_offsets_shift_the_clocks_of_a_time_namespace", "fails with a time namespace"),
        new("crun", "1.9", "NamespaceTests.A_namespace_without_a_path_is_new(type: \"time\")", "fails with a time namespace"),
        new("crun", "1.9", "NamespaceTests.A_namespace_by_path_is_shared_with_its_owner(type: \"time\")", "fails with a time namespace"),

        // Mounts.
        new("runc", "1.2", "MountTests.An_idmapped_bind_mount_shows_mapped_owners", "has no idmapped mounts before 1.2"),
        new("runc", "1.2", "MountTests.A_recursively_idmapped_bind_mount_maps_the_mounts_below", "has no idmapped mounts before 1.2"),
        new("runc", null, "MountOptionTests.A_tmpfs_has_the_attribute(options: \"defaults\")", "passes 'defaults' to the file system"),
        new("crun", "1.9", "MountTests.A_recursively_idmapped_bind_mount_maps_the_mounts_below", "idmaps only the topmost mount"),
        new("crun", null, "MountOptionTests.A_tmpfs_has_the_attribute(options: \"ro,rw\")", "does not let a later option clear an earlier one"),
        new("crun", null, "MountOptionTests.A_tmpfs_has_the_attribute(options: \"nosuid,suid\")", "does not let a later option clear an earlier one"),
        new("crun", null, "MountOptionTests.A_tmpfs_has_the_attribute(options: \"nodev,dev\")", "does not let a later option clear an earlier one"),
        new("crun", null, "MountOptionTests.A_tmpfs_has_the_attribute(options: \"noexec,exec\")", "does not let a later option clear an earlier one"),
        new("crun", null, "MountOptionTests.A_tmpfs_has_the_attribute(options: \"noatime,atime\")", "does not let a later option clear an earlier one"),
        new("crun", null, "MountOptionTests.A_tmpfs_has_the_attribute(options: \"nodiratime,diratime\")", "does not let a later option clear an earlier one"),
        new("crun", null, "MountOptionTests.A_file_system_has_the_option(options: \"sync,async\")", "does not let a later option clear an earlier one"),
        new("crun", null, "MountOptionTests.A_tmpfs_has_the_attribute(options: \"nosymfollow\")", "does not know nosymfollow"),
        new("crun", null, "MountOptionTests.A_tmpfs_has_the_attribute(options: \"nosymfollow,symfollow\")", "does not know nosymfollow"),
        new("crun", null, "MountOptionTests.A_bind_mount_has_the_attribute(options: \"bind,nosymfollow\")", "does not know nosymfollow"),
        new("crun", null, "MountOptionTests.A_file_system_has_the_option(options: \"iversion\")", "passes the option to the file system"),
        new("crun", null, "MountOptionTests.A_file_system_has_the_option(options: \"noiversion\")", "passes the option to the file system"),
        new("crun", null, "MountOptionTests.A_file_system_has_the_option(options: \"silent\")", "passes the option to the file system"),
        new("crun", null, "MountOptionTests.A_file_system_has_the_option(options: \"loud\")", "passes the option to the file system"),
        new("crun", null, "MountOptionTests.A_recursive_attribute_reaches_the_mounts_below(option: \"rnoatime\")", "fails with the recursive atime options"),
        new("crun", null, "MountOptionTests.A_recursive_attribute_reaches_the_mounts_below(option: \"rnodiratime\")", "fails with the recursive atime options"),
        new("crun", null, "MountOptionTests.A_recursive_attribute_reaches_the_mounts_below(option: \"rnosymfollow\")", "does not know rnosymfollow"),
        new("crun", null, "MountOptionTests.A_recursive_attribute_can_be_cleared(option: \"rdiratime\")", "fails with the recursive atime options"),
        new("crun", null, "MountOptionTests.A_recursive_attribute_can_be_cleared(option: \"rstrictatime\")", "fails with the recursive atime options"),
        new("crun", null, "MountOptionTests.A_recursive_attribute_can_be_cleared(option: \"rsymfollow\")", "does not know rsymfollow"),
        new("crun", null, "MountOptionTests.A_mount_has_the_propagation(option: \"shared\")", "makes the mount private afterwards"),
        new("crun", null, "MountOptionTests.A_mount_has_the_propagation(option: \"rshared\")", "makes the mount private afterwards"),
        new("crun", null, "MountOptionTests.A_mount_has_the_propagation(option: \"unbindable\")", "makes the mount private afterwards"),
        new("crun", null, "MountOptionTests.A_mount_has_the_propagation(option: \"runbindable\")", "makes the mount private afterwards"),

        // The root and its devices.
        new("runc", "1.4", "RootFilesystemTests.The_root_has_the_propagation(propagation: \"shared\")", "leaves the root unshared before 1.4"),
        new("runc", "1.4", "RootFilesystemTests.The_root_has_the_propagation(propagation: \"rshared\")", "leaves the root unshared before 1.4"),
        new("runc", "1.4", "RootFilesystemTests.The_root_has_the_propagation(propagation: \"unbindable\")", "fails with an unbindable root before 1.4"),
        new("crun", null, "RootFilesystemTests.A_relative_working_directory_is_refused", "takes relative working directories"),
        new("crun", null, "RootFilesystemTests.A_readonly_path_keeps_the_attributes_of_the_mount_it_is_on", "drops the attributes of the mount"),
        new("runc", "1.2", "DeviceTests.A_device_of_the_config_replaces_a_default_one", "opens /dev/null itself, without the permission"),

        // The process.
        new("runc", "1.2", "ProcessTests.The_idle_scheduler_policy_can_be_chosen", "ignores process.scheduler before 1.2"),
        new("crun", "1.9", "ProcessTests.The_idle_scheduler_policy_can_be_chosen", "ignores process.scheduler before 1.9"),
        new("runc", "1.2", "ProcessTests.The_scheduler_policy_and_nice_are_those_of_the_config", "ignores process.scheduler before 1.2"),
        new("crun", "1.9", "ProcessTests.The_scheduler_policy_and_nice_are_those_of_the_config", "ignores process.scheduler before 1.9"),
        new("runc", "1.2", "ProcessTests.The_io_priority_is_that_of_the_config", "ignores process.ioPriority before 1.2"),
        new("crun", "1.9", "ProcessTests.The_io_priority_is_that_of_the_config", "ignores process.ioPriority before 1.9"),
        new("runc", "1.2", "ProcessTests.The_idle_io_class_can_be_chosen", "ignores process.ioPriority before 1.2"),
        new("crun", "1.9", "ProcessTests.The_idle_io_class_can_be_chosen", "ignores process.ioPriority before 1.9"),
        new("runc", "1.4", "ProcessTests.A_memory_policy_is_that_of_the_config", "ignores linux.memoryPolicy before 1.4"),
        new("crun", "1.24", "ProcessTests.A_memory_policy_is_that_of_the_config", "ignores linux.memoryPolicy before 1.24"),
        new("runc", "1.2", "ProcessTests.The_personality_is_that_of_the_config", "ignores linux.personality before 1.2"),
        new("crun", null, "ProcessTests.HOME_is_the_root_for_a_user_that_passwd_does_not_know", "sets no HOME then"),
        new("crun", null, "ProcessTests.An_empty_HOME_is_replaced", "keeps an empty HOME"),
    ];
}
