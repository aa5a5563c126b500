using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>Where runc's shim differs from what a test asks, and what concerns our shim alone: the whole list, in one
/// place. The version is that of containerd.</summary>
internal static class KnownDifferences
{
    private const string Peer = "containerd-shim-runc-v2", Ours = "containerd-shim-coffer-v2";

    public static IReadOnlyList<KnownDifference> All { get; } =
    [
        // Ours alone.
        new(Peer, null, "OwnShimTests.No_program_is_executed_but_the_inits_of_containers_and_execs", "executes runc for every step"),
        new(Peer, null, "OwnShimTests.Both_versions_of_the_task_service_are_served", "serves the version of its containerd"),

        new(Peer, null, "OwnShimTests.A_client_that_vanishes_in_the_midst_of_a_start_leaves_no_unknown_process", "forgets the process when the call is cancelled"),
        new(Peer, null, "OwnShimTests.Fields_that_no_runtime_can_honour_are_refused_by_name", "passes them over"),
        new(Peer, null, "OwnShimTests.A_shim_has_as_many_descriptors_as_it_may_and_its_containers_as_many_as_ever", "keeps one less, as Go does"),
        new(Peer, null, "CriTests.A_pod_can_have_users_of_its_own", "has runc 1.1 here, which has no idmapped mounts"),
        new(Peer, null, "BootstrapTests.Info_tells_the_features_of_another_runtime", "writes them anew, in another order, and has no -info before 2.0"),
        new(Peer, null, "BootstrapTests.Delete_takes_away_the_layers_of_a_shim_that_was_killed_while_it_mounted_them", "has them elsewhere"),
        new(Peer, null, "EventQueueTests.A_container_that_is_out_of_memory_again_and_again_does_not_fill_the_queue", "gives up events after a while"),
        new(Peer, null, "InFlightTests.A_delete_of_an_exec_that_is_being_started_finds_it_running", "gives its errors no class"),
        new(Peer, null, "InFlightTests.The_end_of_a_container_during_the_start_of_an_exec_is_told_after_that_of_the_exec", "tells 0 for what did not start"),
        new(Peer, null, "PauseTests.A_pause_of_what_has_not_started_is_refused", "gives its errors no class"),
        new(Peer, null, "OutputTests.Who_comes_after_the_end_reads_what_there_is_and_then_the_end_of_it", "does not create before somebody reads the fifo"),
        new(Peer, null, "OutputTests.Output_that_nobody_ever_reads_goes_with_the_task", "does not create before somebody reads the fifo"),
        new(Peer, null, "OutputTests.A_log_file_that_is_a_fifo_does_not_stop_the_shim", "does not create before somebody reads the fifo"),
        new(Peer, null, "OptionTests.Criu_works_where_it_is_told_to", "takes it for restores alone"),
        new(Peer, "2.3", "LoggerTests.A_logger_gets_both_streams_apart_and_is_told_whose_they_are", "takes variables for arguments"),
        new(Peer, "2.3", "LoggerTests.A_strict_logger_that_does_not_say_that_it_is_ready_has_failed", "knows no such loggers"),
        new(Peer, "2.0", "RootfsTests.The_owners_in_such_a_file_can_be_mapped", "maps none but those of overlay"),
        new(Peer, null, "OptionTests.Options_in_a_file_count_as_those_in_a_message", "takes no file"),
        new(Peer, null, "OptionTests.A_mistake_in_such_a_file_is_named", "takes no file"),
        new(Peer, null, "InFlightTests.A_delete_of_what_is_being_created_takes_it_away", "knows nothing of it"),
        new(Peer, null, "InFlightTests.A_shutdown_during_a_create_that_fails_is_obeyed_after_it", "ends at once"),
        new(Peer, null, "InFlightTests.A_shutdown_during_a_create_that_succeeds_is_obeyed_when_all_is_deleted", "ends at once"),

        // Runc's alone.
        new(Ours, null, "ProcessTests.Ctr_finds_the_shim_by_itself", "names its socket by another hash than the one ctr computes for runc's"),

        // The contract.
        new(Peer, "2.0", "BootstrapTests.Start_prints_json_for_a_containerd_that_knows_versions", "knows no versions before 2.0"),
        new(Peer, "2.3", "BootstrapTests.The_socket_is_where_containerd_wants_it", "takes flags only before 2.3"),
        new(Peer, "2.3", "BootstrapTests.Start_takes_its_parameters_from_standard_input_too", "takes flags only before 2.3"),
        new(Peer, "2.0", "BootstrapTests.Info_tells_the_name_of_the_runtime_and_its_features", "has no -info before 2.0"),

        new(Peer, null, "BootstrapTests.Delete_of_a_bundle_that_never_ran_succeeds", "needs a file in the bundle that its own create leaves there"),
        new(Peer, null, "BootstrapTests.Start_prints_an_address_and_leaves_a_shim", "prints JSON whatever was asked for") { From = "2.0" },
        new(Peer, null, "CheckpointTests.A_checkpoint_is_told", "tells of no checkpoint"),
        new(Peer, null, "PodTests.*", "leaves its socket behind when the container that it was started for is deleted first") { From = "2.0" },
        new(Peer, null, "SurvivalTests.An_exit_while_containerd_is_away_is_known_when_it_is_back",
            "tells of no process then, by which containerd 2 takes it for a shim that was leaked") { From = "2.0" },

        new(Peer, null, "CriTests.What_ended_while_containerd_was_away_is_known_to_the_plugin",
            "tells of no process then, by which containerd 2 takes it for a shim that was leaked") { From = "2.0" },

        // Streams.
        new(Peer, "2.0", "LoggerTests.A_file_gets_both_streams", "closes the file with the first stream that ends"),
    ];
}
