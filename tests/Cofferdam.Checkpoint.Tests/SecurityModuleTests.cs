using Cofferdam.Testing;

namespace Cofferdam.Checkpoint.Tests;

/// <summary>AppArmor profiles and SELinux contexts of what comes back, and the options that choose others.</summary>
public sealed class SecurityModuleTests : CheckpointTest
{
    /// <summary>Counts what the profile denies, too.</summary>
    private const string ProbeScript =
        "exec >/dev/null 2>&1 </dev/null; while :; do if echo x > /secret; then echo open; else echo closed; fi > /seen.new; mv /seen.new /seen; usleep 20000; done";

    [Fact]
    [Trait("Guest", "CI")]
    public void An_AppArmor_profile_comes_back()
    {
        string profile = SecurityModules.LoadProfile(Scratch, "kept", "deny /secret w");
        Container container = Confined(profile);
        RoundTrip(container);
        Assert.Equal($"{profile} (enforce)", Label(container));
        AwaitSeen(container, "closed");
        Assert.Equal($"{profile} (enforce)", container.ExecSh("cat /proc/self/attr/current"));
    }

    [Fact]
    [Trait("Guest", "CI")]
    public void An_AppArmor_profile_can_be_replaced_by_another()
    {
        string first = SecurityModules.LoadProfile(Scratch, "first"), second = SecurityModules.LoadProfile(Scratch, "second", "deny /secret w");
        Container container = Confined(first);
        AwaitSeen(container, "open");
        RoundTrip(container, restore: ["--lsm-profile", $"apparmor:{second}"]);
        Assert.Equal($"{second} (enforce)", Label(container));
        AwaitSeen(container, "closed");
    }

    [Fact]
    [Trait("Guest", "CI")]
    public void A_profile_that_no_module_knows_is_refused()
    {
        string profile = SecurityModules.LoadProfile(Scratch, "loaded");
        Container container = Confined(profile);
        Ok(Checkpoint(container));
        Restore(container, "--lsm-profile", "apparmor:coffer-test-not-loaded").Fails(1, "lsm-profile", "coffer-test-not-loaded", "is not loaded");
        Restore(container, "--lsm-profile", "selinux:a:b:c:s0").Fails(1, "lsm-profile", "SELinux", "not enabled");
        Restore(container, "--lsm-profile", "coffer-test-not-loaded").Fails(1, "lsm-profile", "neither");
        SecurityModules.UnloadProfile(Scratch, profile);
        Restore(container).Fails(1, "process.apparmorProfile", profile, "is not loaded");
        Assert.Empty(Scratch.LeaksNow());
    }

    /// <summary>A CRIU without libselinux, as Debian's, saves no contexts: then there is no checkpoint, and the container goes on.</summary>
    [Fact]
    public void An_SELinux_context_comes_back_or_the_checkpoint_is_refused()
    {
        string first = SecurityModules.ValidContext("system_u:system_r:unconfined_t:s0", "unconfined_u:unconfined_r:unconfined_t:s0");
        string second = SecurityModules.ValidContext("unconfined_u:unconfined_r:unconfined_t:s0:c1,c2", "unconfined_u:unconfined_r:unconfined_t:s0:c1", "unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023");
        Container container = WithContext(first);
        CommandResult result = Checkpoint(container);
        if (result.ExitCode != 0)
        {
            result.Fails(1, "process.selinuxLabel", first, "would be lost");
            Assert.Equal("running", container.Status());
            Assert.Equal(first, Label(container));
            WaitForCountAbove(container, Count(container));
            return;
        }

        Ok(Restore(container));
        Assert.Equal(first, Label(container));
        RoundTrip(container, restore: ["--lsm-profile", $"selinux:{second}"]);
        Assert.Equal(second, Label(container));
        WaitForCountAbove(container, Count(container));
    }

    [Fact]
    public void Images_without_the_SELinux_context_of_the_configuration_are_refused()
    {
        string context = SecurityModules.ValidContext("system_u:system_r:unconfined_t:s0", "unconfined_u:unconfined_r:unconfined_t:s0");
        Container container = RunningCounter();
        Ok(Checkpoint(container));
        container.Config.SetText("process.selinuxLabel", context);
        container.WriteConfig();
        CommandResult result = Restore(container);
        Assert.SkipWhen(result.ExitCode == 0, "this criu saves contexts");
        result.Fails(1, "process.selinuxLabel", context, "would be lost");
        // Nor can such a CRIU give one, as it says itself.
        Restore(container, "--lsm-profile", $"selinux:{context}").Fails(1, container.Id, "selinux");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void An_SELinux_mount_context_comes_back_or_is_replaced_by_another()
    {
        string first = SecurityModules.ValidContext("system_u:object_r:tmp_t:s0"), second = SecurityModules.ValidContext("system_u:object_r:tmp_t:s0:c3");
        Container container = Counter();
        container.Config.SetText("linux.mountLabel", first);
        container.CreatedAndStarted();
        WaitForCountAbove(container, 2);
        RoundTrip(container);
        Assert.Contains($"context={first}", MountContext(container), StringComparison.Ordinal);
        RoundTrip(container, restore: ["--lsm-mount-context", second]);
        Assert.Contains($"context=\"{second}\"".Replace("\"", "", StringComparison.Ordinal), MountContext(container), StringComparison.Ordinal);
    }

    private Container WithContext(string context)
    {
        Container container = Counter();
        container.Config.SetText("process.selinuxLabel", context);
        container.CreatedAndStarted();
        WaitForCountAbove(container, 2);
        return container;
    }

    private Container Confined(string profile)
    {
        Container container = NewContainer("sh", "-c", ProbeScript);
        container.Config.SetText("process.apparmorProfile", profile);
        container.CreatedAndStarted();
        Await(() => File.Exists(container.Inside("seen")), "the probe runs");
        return container;
    }

    /// <summary>Removes what was seen before, and waits for what is seen now.</summary>
    private static void AwaitSeen(Container container, string what)
    {
        File.Delete(container.Inside("seen"));
        Await(() => File.Exists(container.Inside("seen")) && File.ReadAllText(container.Inside("seen")) == what + "\n", $"the file is {what}");
    }

    private static string Label(Container container) =>
        File.ReadAllText(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/{container.Pid()}/attr/current")).TrimEnd('\n', '\0');

    private static string MountContext(Container container) =>
        MountInfo.At(container.ExecSh("cat /proc/self/mountinfo"), "/dev/shm").SuperOptions.Replace("\"", "", StringComparison.Ordinal);
}
