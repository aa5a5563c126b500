using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

/// <summary>process.apparmorProfile of containers and of exec.</summary>
public sealed class AppArmorTests : BlackBoxTest
{
    private const string ShowLabel = "cat /proc/self/attr/apparmor/current 2>/dev/null || cat /proc/self/attr/current";

    private Container Confined(string profile, params string[] args)
    {
        Container container = NewContainer(args);
        container.Config.SetText("process.apparmorProfile", profile);
        return container;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_program_runs_under_the_profile(bool noNewPrivileges)
    {
        string profile = SecurityModules.LoadProfile(Scratch, "run", "deny /etc/secret rw");
        Container container = Confined(profile);
        container.Config.Set("process.noNewPrivileges", noNewPrivileges ? "true" : "false");
        File.WriteAllText(container.Inside("etc/secret"), "hidden");
        Assert.Equal($"{profile} (enforce)\ndenied", container.Sh(ShowLabel + "; cat /etc/secret 2>/dev/null || echo denied"));
    }

    [Fact]
    public void The_program_of_a_user_namespace_runs_under_the_profile()
    {
        string profile = SecurityModules.LoadProfile(Scratch, "userns");
        Container container = Confined(profile);
        container.Config.UserNamespace();
        Assert.Equal($"{profile} (enforce)", container.Sh(ShowLabel));
    }

    [Fact]
    public void Exec_runs_under_the_containers_profile_or_the_one_it_names()
    {
        string first = SecurityModules.LoadProfile(Scratch, "first"), second = SecurityModules.LoadProfile(Scratch, "second");
        Container container = Confined(first).Running();
        Assert.Equal($"{first} (enforce)", container.ExecSh(ShowLabel));
        Assert.Equal($"{second} (enforce)", container.ExecWith(["--apparmor", second], "sh", "-c", ShowLabel).Ok().Output);
        string file = Path.Combine(Scratch.Directory, "process.json");
        File.WriteAllText(file, """{"args":["sh","-c","cat /proc/self/attr/current"],"cwd":"/","env":["PATH=/bin"],"user":{"uid":0,"gid":0}}""");
        Assert.Equal($"{first} (enforce)", Scratch.Oci("exec", "--process", file, container.Id).Ok().Output);
    }

    [Fact]
    public void Profiles_can_be_stacked()
    {
        string first = SecurityModules.LoadProfile(Scratch, "a", "deny /etc/a r"), second = SecurityModules.LoadProfile(Scratch, "b", "deny /etc/b r");
        Container container = Confined($"{first}//&{second}");
        File.WriteAllText(container.Inside("etc/a"), "a");
        File.WriteAllText(container.Inside("etc/b"), "b");
        Assert.Equal("neither", container.Sh("cat /etc/a /etc/b 2>/dev/null || echo neither"));
    }

    /// <summary>As for a runtime in a container: the kernel lets such a caller add to its profile, and not leave it.</summary>
    [Fact]
    public void A_confined_caller_adds_the_profile_to_its_own_when_there_are_no_new_privileges()
    {
        string outer = SecurityModules.LoadProfile(Scratch, "outer"), inner = SecurityModules.LoadProfile(Scratch, "inner");
        Container container = Confined(inner);
        Scratch.Wrapper = ["sh", "-c", $"echo -n 'exec {outer}' >/proc/self/attr/exec; exec \"$@\"", "sh"];
        string label = container.Sh(ShowLabel);
        Assert.EndsWith(" (enforce)", label, StringComparison.Ordinal);
        Assert.Equal([inner, outer], label[..^" (enforce)".Length].Split("//&").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_startContainer_hook_of_the_image_is_confined_and_a_createContainer_hook_of_the_host_is_not()
    {
        string profile = SecurityModules.LoadProfile(Scratch, "hook");
        Container container = Confined(profile, "true");
        string host = Path.Combine(Scratch.Directory, "host-hook"), image = container.Inside("bin/image-hook");
        string seen = Path.Combine(Scratch.Directory, "seen");
        File.WriteAllText(host, $"#!/bin/sh\ncat /proc/self/attr/current >{seen}\n");
        File.WriteAllText(image, "#!/bin/sh\ncat /proc/self/attr/current >/etc/seen\n");
        foreach (string hook in new[] { host, image })
            File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        container.Config.Set("hooks", $$"""{"createContainer":[{"path":"{{host}}"}],"startContainer":[{"path":"/bin/image-hook"}]}""");
        container.Run().Ok();
        Assert.Equal("unconfined", File.ReadAllText(seen).Trim());
        Assert.Equal($"{profile} (enforce)", File.ReadAllText(container.Inside("etc/seen")).Trim());
    }

    [Fact]
    public void A_profile_that_is_not_loaded_is_named()
    {
        Assert.SkipUnless(SecurityModules.HasAppArmor, "this host has no AppArmor");
        Confined("coffer-test-not-loaded", "true").Run().Fails(1, "process.apparmorProfile", "'coffer-test-not-loaded'", "ENOENT", "no such profile is loaded");
        Container container = NewContainer().Running();
        container.ExecWith(["--apparmor", "coffer-test-not-loaded"], "true").Fails(255, "process.apparmorProfile", "'coffer-test-not-loaded'", "ENOENT");
    }

    [Fact]
    public void Without_AppArmor_a_profile_is_refused_before_anything_is_made()
    {
        Assert.SkipWhen(SecurityModules.HasAppArmor, "this host has AppArmor");
        Confined("p", "true").Run().Fails(1, "process.apparmorProfile", "'p'", "not enabled on this host");
        Container container = NewContainer().Running();
        container.ExecWith(["--apparmor", "p"], "true").Fails(255, "process.apparmorProfile", "'p'");
    }

    [Fact]
    public void Unconfined_runs_everywhere() => Confined("unconfined", "true").Run().Ok();

    /// <summary>CVE-2019-16884 by a running container: its root covers /proc with files of its own, then the host runs exec.</summary>
    [Fact]
    public void An_exec_is_not_fooled_by_what_the_container_has_mounted_on_proc()
    {
        string profile = SecurityModules.LoadProfile(Scratch, "attacked");
        Container container = Confined(profile);
        container.Config.Capabilities("CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE").Set("linux.maskedPaths", "[]").Set("linux.readonlyPaths", "[]");
        container.Running();
        container.ExecSh("mkdir -p /real && mount -t proc proc /real && mount -t tmpfs none /proc && cp -r /bin/busybox /etc/b 2>/dev/null; "
            + "for i in self thread-self 1; do mkdir -p /proc/$i/attr/apparmor; for f in exec apparmor/exec current; do echo fake >/proc/$i/attr/$f; done; done");
        Assert.Equal($"{profile} (enforce)", container.ExecSh("cat /real/self/attr/current"));
        Assert.Equal("fake fake", container.ExecSh("echo $(cat /proc/self/attr/exec /proc/thread-self/attr/apparmor/exec)"));
    }
}
