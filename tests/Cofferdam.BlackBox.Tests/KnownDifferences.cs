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
    ];
}
