using System.Text.Json.Nodes;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

/// <summary>The runtime as an ordinary user, as <c>spec --rootless</c> prepares it.</summary>
public sealed class RootlessTests : BlackBoxTest
{
    private const uint User = 54321;

    /// <summary>All that the runtime is told from here on, it is told as an ordinary user without capabilities.</summary>
    private Container Rootless(params string[] args)
    {
        Container container = NewContainer(args);
        string home = Path.Combine(Scratch.Directory, "xdg");
        Directory.CreateDirectory(home);
        Directory.CreateDirectory(Scratch.Root);
        Scratch.Host("chown", "-hR", $"{User}:{User}", container.Bundle, home, Scratch.Root).Ok();
        Scratch.Wrapper = ["setpriv", "--reuid", $"{User}", "--regid", $"{User}", "--clear-groups", "env", $"XDG_RUNTIME_DIR={home}", $"HOME={home}"];
        Scratch.Oci("spec", "--rootless", "--bundle", container.Bundle).Ok();
        string spec = File.ReadAllText(Path.Combine(container.Bundle, "config.json"));
        container.Config.ReplaceWith(spec).Set("process.terminal", "false").Set("process.args", new JsonArray([.. args.Select(a => (JsonNode)a)]).ToJsonString())
            .Env(Scratch.Marker);
        return container;
    }

    [Fact]
    public void A_bundle_of_spec_rootless_runs() =>
        Assert.Equal("0 1", Rootless("sh", "-c", "echo $(id -u) $$").Run().Ok().Output);

    [Fact]
    public void The_program_is_the_ordinary_user_outside()
    {
        Container container = Rootless("sleep", "1000").CreatedAndStarted();
        Assert.StartsWith($"{User}\t{User}", Processes.Status(container.Pid(), "Uid"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_whole_lifecycle_works()
    {
        Container container = Rootless("sleep", "1000").CreatedAndStarted();
        Assert.Equal("running", container.Status());
        Assert.Equal("inside", container.Exec("echo", "inside").Ok().Output);
        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
        container.Delete().Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Theory]
    [InlineData("as it is", "")]
    [InlineData("no user namespace", "linux.namespaces")]
    [InlineData("ids of others", "linux.uidMappings[0]")]
    [InlineData("a limit without a delegated cgroup", "linux.")]
    [InlineData("a higher limit", "process.rlimits[0]")]
    public void Check_and_run_agree_for_an_ordinary_user(string what, string field)
    {
        Assert.SkipUnless(RuntimeUnderTest.IsOurs, "only coffer-oci has check");
        Container container = Rootless("true");
        _ = what switch
        {
            "no user namespace" => container.Config.WithoutNamespace("user").Remove("linux.uidMappings").Remove("linux.gidMappings"),
            "ids of others" => container.Config.Set("linux.uidMappings", """[{"containerID":0,"hostID":3000000,"size":1000}]"""),
            "a limit without a delegated cgroup" => container.Config.Set("linux.resources", """{"pids":{"limit":10}}"""),
            "a higher limit" => container.Config.Set("process.rlimits", """[{"type":"RLIMIT_NOFILE","soft":1024,"hard":1073741816}]"""),
            _ => container.Config,
        };
        container.WriteConfig();
        CommandResult check = Scratch.Oci("check", "--bundle", container.Bundle);
        CommandResult run = container.Run();
        Assert.True(check.ExitCode == run.ExitCode && check.ExitCode == (field.Length == 0 ? 0 : 1), check.Describe() + run.Describe());
        if (field.Length > 0)
            Assert.Contains($"fail  {field}", check.Stdout, StringComparison.Ordinal);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Exit_codes_are_passed_on() => Rootless("sh", "-c", "exit 41").Run().Exits(41);

    [Fact]
    public void Files_made_inside_belong_to_the_user()
    {
        Container container = Rootless("touch", "/made");
        container.Config.Set("root.readonly", "false");
        container.Run().Ok();
        Assert.Equal($"{User}", Command.Run(["stat", "-c", "%u", container.Inside("made")], Scratch.Options()).Output);
    }

    [Fact]
    public void Masked_and_readonly_paths_hold()
    {
        Container container = Rootless("sh", "-c", "cat /proc/timer_list 2>/dev/null | wc -c; (echo x >/proc/sys/kernel/domainname) 2>/dev/null || echo ro");
        Assert.Equal("0\nro", container.Run().Ok().Output);
    }

    [Fact]
    public void A_user_without_rights_cannot_start_a_container_without_a_user_namespace()
    {
        Container container = Rootless("true");
        container.Config.WithoutNamespace("user").Remove("linux.uidMappings").Remove("linux.gidMappings");
        container.Run().Exits(1);
    }

    [Fact]
    public void A_volume_of_the_user_can_be_bound()
    {
        Container container = Rootless("sh", "-c", "echo written >/data/file");
        string volume = Path.Combine(Scratch.Directory, "volume");
        Directory.CreateDirectory(volume);
        Libc.chown(volume, User, User);
        container.Config.Mount("/data", "bind", volume, "bind", "nosuid");
        container.Run().Ok();
        Assert.Equal("written\n", File.ReadAllText(Path.Combine(volume, "file")));
    }

    [Fact]
    public void A_terminal_works()
    {
        Container container = Rootless("sh", "-c", "test -t 0 && echo is-terminal");
        container.Config.Set("process.terminal", "true");
        using var pty = Pty.Open();
        Libc.chown(pty.SlavePath, User, User);
        using Command run = container.StartRun(Scratch.Options(terminal: pty.SlavePath));
        pty.ReadUntil("is-terminal");
        run.Wait().Ok();
    }

    [Fact]
    public void Ranges_of_newuidmap_give_more_than_one_user()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/newuidmap"), "needs newuidmap");
        Container container = Rootless("sh", "-c", "cat /proc/self/uid_map | tr -s ' '; id -u; id -G");
        container.Config.Set("linux.uidMappings", $$"""[{"containerID":0,"hostID":{{User}},"size":1},{"containerID":1,"hostID":300000,"size":65536}]""")
            .Set("linux.gidMappings", $$"""[{"containerID":0,"hostID":{{User}},"size":1},{"containerID":1,"hostID":300000,"size":65536}]""")
            .Set("process.user", """{"uid":1000,"gid":1000}""");
        OwnRanges();
        string output = container.Run().Ok().Output;
        Assert.Contains($" 0 {User} 1\n 1 300000 65536\n", output, StringComparison.Ordinal);
        Assert.EndsWith("\n1000\n1000", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranges_of_newgidmap_allow_additional_groups()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/newuidmap"), "needs newuidmap");
        Container container = Rootless("id", "-G");
        container.Config.Set("linux.uidMappings", $$"""[{"containerID":0,"hostID":{{User}},"size":1},{"containerID":1,"hostID":300000,"size":65536}]""")
            .Set("linux.gidMappings", $$"""[{"containerID":0,"hostID":{{User}},"size":1},{"containerID":1,"hostID":300000,"size":65536}]""")
            .Set("process.user", """{"uid":1000,"gid":1000,"additionalGids":[5]}""");
        OwnRanges();
        Assert.Equal("1000 5", container.Run().Ok().Output);
    }

    private void OwnRanges()
    {
        // The host's own files stay as they are: other ones are bound over them in a mount namespace of the command.
        string passwd = Path.Combine(Scratch.Directory, "passwd"), ranges = Path.Combine(Scratch.Directory, "ranges");
        File.WriteAllText(passwd, File.ReadAllText("/etc/passwd") + $"testuser:x:{User}:{User}::/tmp:/bin/sh\n");
        File.WriteAllText(ranges, "testuser:300000:65536\n");
        string mounts = $"touch /etc/subuid /etc/subgid; mount --bind {passwd} /etc/passwd && mount --bind {ranges} /etc/subuid && mount --bind {ranges} /etc/subgid && exec \"$@\"";
        Scratch.Wrapper = ["unshare", "-m", "sh", "-c", mounts, "sh", .. Scratch.Wrapper];
    }

    [Fact]
    public void Ranges_that_the_user_does_not_own_are_refused()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/newuidmap"), "needs newuidmap");
        Container container = Rootless("true");
        container.Config.Set("linux.uidMappings", $$"""[{"containerID":0,"hostID":{{User}},"size":1},{"containerID":1,"hostID":400000,"size":65536}]""")
            .Set("linux.gidMappings", $$"""[{"containerID":0,"hostID":{{User}},"size":1},{"containerID":1,"hostID":400000,"size":65536}]""");
        container.Run().Fails(1, "idmap");
        Assert.Empty(Scratch.LeaksNow());
    }
}
