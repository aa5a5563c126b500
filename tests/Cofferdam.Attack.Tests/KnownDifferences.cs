using Cofferdam.Testing;

namespace Cofferdam.Attack.Tests;

/// <summary>Attacks that still get through in the old releases which are installed beside us.</summary>
public static class KnownDifferences
{
    public static IReadOnlyList<KnownDifference> All { get; } =
    [
        new("runc", "1.2.8", "ProcAttackTests.CVE_2025_52565_a_console_that_is_a_link_is_not_followed", "follows the link before 1.2.8"),
        new("runc", "1.2.8", "ProcAttackTests.CVE_2025_31133_a_dev_null_that_is_a_link_does_not_unmask_a_file", "binds what the link leads to before 1.2.8"),
        new("runc", "1.2.8", "ProcAttackTests.CVE_2025_31133_a_dev_null_that_is_something_else_does_not_show_it_at_a_masked_path", "binds what the link leads to before 1.2.8"),
        new("runc", "1.2.8", "ProcAttackTests.CVE_2025_52881_a_sysctl_is_not_written_to_a_file_of_the_image", "writes through the /proc of the image before 1.2.8"),
        new("runc", "1.2.8", "ProcAttackTests.CVE_2025_52881_a_sysctl_without_a_proc_of_the_container_is_still_set_in_its_namespace", "writes through the /proc of the image before 1.2.8"),
        new("runc", null, "ProcAttackTests.CVE_2019_16884_a_tmpfs_over_proc_is_refused", "checks bind mounts only"),
        new("runc", null, "PathAttackTests.CVE_2026_41579_a_dev_that_is_a_link_makes_no_devices_outside", "makes its links outside"),
        new("runc", null, "PathAttackTests.CVE_2026_41579_a_dev_swapped_for_a_link_makes_no_devices_outside", "makes its links outside"),
        new("runc", null, "PathAttackTests.A_link_in_the_image_at_a_mount_target_does_not_lead_outside(name: \"dev\")", "makes its links outside"),
        new("runc", null, "PrivilegeAttackTests.CVE_2026_30892_a_user_of_exec_that_is_no_number_does_not_become_root(user: \"4294967296\")", "cuts the number to 32 bits"),
        new("runc", null, "UserDatabaseAttackTests.A_fifo_does_not_hang_the_runtime", "reads whatever is there to its end"),
        new("runc", null, "UserDatabaseAttackTests.A_link_to_something_endless_does_not_hang_the_runtime", "reads whatever is there to its end"),
        new("runc", null, "UserDatabaseAttackTests.An_endless_device_in_the_image_does_not_hang_the_runtime", "reads whatever is there to its end"),
        new("runc", null, "UserDatabaseAttackTests.A_sparse_file_of_many_gigabytes_does_not_fill_the_memory", "reads whatever is there to its end"),
        new("crun", null, "UserDatabaseAttackTests.A_fifo_does_not_hang_the_runtime", "reads whatever is there to its end"),
        new("crun", null, "UserDatabaseAttackTests.A_link_to_something_endless_does_not_hang_the_runtime", "reads whatever is there to its end"),
        new("crun", null, "UserDatabaseAttackTests.A_sparse_file_of_many_gigabytes_does_not_fill_the_memory", "reads whatever is there to its end"),
        new("crun", null, "ProcAttackTests.CVE_2025_52565_a_console_that_is_a_link_is_not_followed", "follows the link"),
        new("crun", null, "ProcAttackTests.CVE_2025_31133_a_dev_null_that_is_something_else_does_not_show_it_at_a_masked_path", "binds what the link leads to"),
        new("crun", null, "ProcAttackTests.CVE_2019_16884_a_volume_over_proc_is_refused", "allows mounts over /proc"),
        new("crun", null, "ProcAttackTests.CVE_2019_16884_a_tmpfs_over_proc_is_refused", "allows mounts over /proc"),
        new("crun", null, "PathAttackTests.CVE_2026_41579_a_dev_that_is_a_link_makes_no_devices_outside", "makes its devices outside"),
        new("crun", null, "PathAttackTests.CVE_2026_41579_a_dev_swapped_for_a_link_makes_no_devices_outside", "makes its devices outside"),
        new("crun", null, "PrivilegeAttackTests.CVE_2026_30892_a_user_of_exec_that_is_no_number_does_not_become_root", "takes words and overflows for 0"),
        new("runc", "1.1.14", "PathAttackTests.CVE_2024_45310_a_file_target_swapped_for_a_link_makes_no_file_outside", "makes files outside when the race is lost"),
        new("runc", "1.1.14", "PathAttackTests.CVE_2021_30465_and_2024_45310_a_mount_target_swapped_for_a_link_does_not_lead_outside", "makes directories outside when the race is lost"),
    ];
}
