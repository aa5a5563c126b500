using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

/// <summary>process.selinuxLabel and linux.mountLabel.</summary>
public sealed class SelinuxTests : BlackBoxTest
{
    private static string ProcessLabel() => SecurityModules.ValidContext(
        "system_u:system_r:container_t:s0:c1,c2", "system_u:system_r:container_t:s0", "system_u:system_r:svirt_lxc_net_t:s0",
        "unconfined_u:unconfined_r:unconfined_t:s0", "system_u:system_r:unconfined_t:s0");

    private static string FileLabel() => SecurityModules.ValidContext(
        "system_u:object_r:container_file_t:s0:c1,c2", "system_u:object_r:container_file_t:s0", "system_u:object_r:svirt_lxc_file_t:s0",
        "system_u:object_r:tmp_t:s0", "unconfined_u:object_r:tmp_t:s0");

    /// <summary>Where the policy is enforced, a transition wants an executable that is labelled as such, and no NO_NEW_PRIVS.</summary>
    private Container Executable()
    {
        Container container = NewContainer();
        container.Config.Set("process.noNewPrivileges", "false");
        Scratch.Host("chcon", "-R", "system_u:object_r:bin_t:s0", container.Inside("bin"));
        return container;
    }

    [Fact]
    public void The_program_and_an_exec_run_with_the_label()
    {
        string label = ProcessLabel();
        Container container = Executable();
        container.Config.SetText("process.selinuxLabel", label);
        container.Running();
        Assert.Equal(label, container.ExecSh("cat /proc/1/attr/current").TrimEnd('\0'));
        Assert.Equal(label, container.ExecSh("cat /proc/self/attr/current").TrimEnd('\0'));
    }

    [Fact]
    public void Exec_takes_a_label_of_its_own()
    {
        string label = ProcessLabel();
        Assert.Equal(label, Executable().Running().ExecWith(["--process-label", label], "cat", "/proc/self/attr/current").Ok().Output.TrimEnd('\0'));
    }

    [Fact]
    public void New_file_systems_have_the_mount_label_and_bound_ones_keep_theirs()
    {
        string label = FileLabel();
        Container container = NewContainer();
        container.Config.SetText("linux.mountLabel", label);
        string mounts = container.MountInfoInside();
        foreach (string path in new[] { "/dev", "/dev/shm", "/dev/pts" })
            Assert.Contains(label, MountInfo.At(mounts, path).SuperOptions, StringComparison.Ordinal);
        Assert.DoesNotContain(label, MountInfo.At(mounts, "/proc").SuperOptions, StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_that_the_policy_does_not_know_is_named()
    {
        Assert.SkipUnless(SecurityModules.HasSelinux, "this host has no SELinux");
        Container container = NewContainer("true");
        container.Config.SetText("process.selinuxLabel", "no_u:no_r:no_t:s0");
        container.Run().Fails(1, "process.selinuxLabel", "'no_u:no_r:no_t:s0'", "EINVAL");
    }

    [Theory]
    [InlineData("process.selinuxLabel", "system_u:system_r:container_t:s0")]
    [InlineData("linux.mountLabel", "system_u:object_r:container_file_t:s0")]
    public void Without_SELinux_a_label_is_refused_before_anything_is_made(string field, string label)
    {
        Assert.SkipWhen(SecurityModules.HasSelinux, "this host has SELinux");
        Container container = NewContainer("true");
        container.Config.SetText(field, label);
        container.Run().Fails(1, field, label, "not enabled on this host");
    }

    [Fact]
    public void Without_SELinux_exec_refuses_a_label()
    {
        Assert.SkipWhen(SecurityModules.HasSelinux, "this host has SELinux");
        NewContainer().Running().ExecWith(["--process-label", "l"], "true").Fails(255, "process.selinuxLabel", "'l'");
    }
}
