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

        // Streams.
        new(Peer, "2.0", "LoggerTests.A_file_gets_both_streams", "closes the file with the first stream that ends"),
    ];
}
