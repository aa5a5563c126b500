using System.Text.Json.Nodes;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class HookTests : BlackBoxTest
{
    private static readonly string[] s_kinds = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    private static string Hook(string script, string more = "") =>
        $$"""{"path":"/bin/sh","args":["sh","-c",{{JsonValue.Create(script).ToJsonString()}}]{{more}}}""";

    /// <summary>The file that a hook of the kind writes: startContainer hooks run inside the container's root.</summary>
    private static string FileFor(Container container, string kind, string name) =>
        kind == "startContainer" ? "/" + name : container.Inside(name);

    [Fact]
    public void Hooks_run_in_the_order_of_the_specification()
    {
        Container container = NewContainer("sh", "-c", "echo program >>/order");
        foreach (string kind in s_kinds)
        {
            container.Config.Append($"hooks.{kind}", Hook($"echo {kind}-1 >>{FileFor(container, kind, "order")}"));
            container.Config.Append($"hooks.{kind}", Hook($"echo {kind}-2 >>{FileFor(container, kind, "order")}"));
        }
        string order = container.Inside("order");
        container.Create().Ok();
        Assert.Equal(["prestart-1", "prestart-2", "createRuntime-1", "createRuntime-2", "createContainer-1", "createContainer-2"], File.ReadAllLines(order));
        container.Start().Ok();
        Eventually.True(() => File.ReadAllLines(order).Contains("program") && File.ReadAllLines(order).Contains("poststart-2"), "the program and the poststart hooks ran");
        container.WaitForStatus("stopped");
        string[] lines = File.ReadAllLines(order);
        Assert.Equal(["startContainer-1", "startContainer-2"], lines[6..8]);
        Assert.DoesNotContain("poststop-1", lines);
        container.Delete().Ok();
        Assert.Equal(["poststop-1", "poststop-2"], File.ReadAllLines(order)[^2..]);
    }

    [Theory]
    [InlineData("prestart", "creating")]
    [InlineData("createRuntime", "creating")]
    [InlineData("createContainer", "creating")]
    [InlineData("startContainer", "created")]
    [InlineData("poststart", "running")]
    [InlineData("poststop", "stopped")]
    public void A_hook_reads_the_state_of_the_container_from_its_input(string kind, string status)
    {
        Container container = NewContainer("sleep", "1000");
        container.Config.Set("annotations", """{"org.example.key":"kept"}""");
        container.Config.Append($"hooks.{kind}", Hook($"cat >{FileFor(container, kind, "state")}"));
        container.CreatedAndStarted();
        int pid = container.Pid();
        if (kind == "poststop")
            container.Delete("--force").Ok();
        string file = container.Inside("state");
        Eventually.True(() => File.Exists(file) && File.ReadAllText(file).TrimEnd().EndsWith('}'), "the hook wrote its input");
        JsonObject state = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        Assert.Equal(container.Id, (string?)state["id"]);
        Assert.Equal(container.Bundle, (string?)state["bundle"]);
        Assert.Equal("kept", (string?)state["annotations"]?["org.example.key"]);
        Assert.NotNull((string?)state["ociVersion"]);
        Assert.Equal(status, (string?)state["status"]);
        if (kind is "prestart" or "createRuntime" or "poststart")
            Assert.Equal(pid, (int)state["pid"]!);
    }

    [Theory]
    [InlineData("prestart")]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    public void A_failing_hook_before_the_start_fails_create_and_leaves_nothing(string kind)
    {
        Container container = NewContainer("touch", "/ran");
        container.Config.Append($"hooks.{kind}", Hook("echo the reason >&2; exit 13"));
        container.Config.Append($"hooks.{kind}", Hook($"touch {FileFor(container, kind, "second")}"));
        container.Create().Fails(1, kind, "13");
        Assert.False(File.Exists(container.Inside("second")), "hooks after the failing one do not run");
        Assert.False(File.Exists(container.Inside("ran")));
        Assert.Empty(Scratch.LeaksNow());
    }

    [Theory]
    [InlineData("prestart")]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    [InlineData("startContainer")]
    public void A_failing_hook_fails_run_and_leaves_nothing(string kind)
    {
        Container container = NewContainer("touch", "/ran");
        container.Config.Append($"hooks.{kind}", Hook("exit 3"));
        Assert.NotEqual(0, container.Run().ExitCode);
        Assert.False(File.Exists(container.Inside("ran")));
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_failing_startContainer_hook_keeps_the_program_from_running()
    {
        Container container = NewContainer("touch", "/ran");
        container.Config.Append("hooks.startContainer", Hook("exit 3"));
        container.Create().Ok();
        container.Start();
        container.WaitForStatus("stopped");
        Assert.False(File.Exists(container.Inside("ran")));
    }

    [Fact]
    public void A_failing_startContainer_hook_fails_start()
    {
        Container container = NewContainer("true");
        container.Config.Append("hooks.startContainer", Hook("exit 3"));
        container.Create().Ok();
        container.Start().Fails(1, "startContainer");
    }

    [Fact]
    public void A_failing_poststop_hook_does_not_keep_the_container()
    {
        Container container = NewContainer("true");
        container.Config.Append("hooks.poststop", Hook("exit 3"));
        container.Config.Append("hooks.poststop", Hook($"touch {container.Inside("second")}"));
        container.Create().Ok();
        container.Delete("--force").Ok();
        Assert.True(File.Exists(container.Inside("second")), "hooks after a failing poststop hook still run");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Poststop_hooks_run_at_the_end_of_run()
    {
        Container container = NewContainer("true");
        container.Config.Append("hooks.poststop", Hook($"touch {container.Inside("after")}"));
        container.Run().Ok();
        Assert.True(File.Exists(container.Inside("after")));
    }

    [Theory]
    [InlineData("prestart")]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    public void A_hook_that_hangs_is_ended_at_its_timeout(string kind)
    {
        Container container = NewContainer("true");
        container.Config.Append($"hooks.{kind}", """{"path":"/bin/sleep","args":["sleep","1000"],"timeout":1}""");
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        container.Create().Fails(1, kind);
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds, 0.5, 8 * Surroundings.Patience);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_hook_has_only_the_environment_of_the_config()
    {
        Container container = NewContainer("true");
        container.Config.Append("hooks.createRuntime", Hook($"env | grep -v -e ^PWD= -e ^SHLVL= -e ^_= -e ^OLDPWD= >{container.Inside("env")}; true", ""","env":["A=1","B=two words"]"""));
        container.Create().Ok();
        Assert.Equal(["A=1", "B=two words"], File.ReadAllLines(container.Inside("env")).Order());
    }

    [Fact]
    public void CreateRuntime_hooks_run_in_the_namespaces_of_the_runtime()
    {
        Container container = NewContainer("sleep", "1000");
        container.Config.Append("hooks.createRuntime", Hook($"readlink /proc/self/ns/mnt >{container.Inside("ns")}"));
        container.Create().Ok();
        Assert.Equal(Processes.Namespace(Environment.ProcessId, "mnt"), File.ReadAllText(container.Inside("ns")).Trim());
    }

    [Fact]
    public void CreateContainer_hooks_run_in_the_namespaces_of_the_container()
    {
        Container container = NewContainer("sleep", "1000");
        container.Config.Append("hooks.createContainer", Hook($"readlink /proc/self/ns/uts >{container.Inside("ns")}; readlink /proc/self/ns/net >>{container.Inside("ns")}"));
        container.Create().Ok();
        int pid = container.Pid();
        Assert.Equal([Processes.Namespace(pid, "uts"), Processes.Namespace(pid, "net")], File.ReadAllLines(container.Inside("ns")));
    }

    [Fact]
    public void StartContainer_hooks_run_inside_the_root_of_the_container()
    {
        Container container = NewContainer("true");
        container.Config.Append("hooks.startContainer", """{"path":"/bin/busybox","args":["sh","-c","ls / >/seen; cat /proc/1/comm >>/seen"]}""");
        container.Run().Ok();
        Assert.Contains("home", File.ReadAllLines(container.Inside("seen")));
        Assert.DoesNotContain("boot", File.ReadAllLines(container.Inside("seen")));
    }

    [Fact]
    public void A_createRuntime_hook_can_configure_the_network_namespace_of_the_container()
    {
        // What every CNI-like hook does.
        Container container = NewContainer();
        container.Config.Append("hooks.createRuntime", Hook("pid=$(sed 's/.*\"pid\": *\\([0-9]*\\).*/\\1/' | tail -n 1); nsenter -t $pid -n sysctl -q -w net.ipv4.ip_forward=1", ""","env":["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]"""));
        Assert.Equal("1", container.Sh("cat /proc/sys/net/ipv4/ip_forward"));
    }

    [Theory]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    public void A_hook_whose_program_does_not_exist_fails_create(string kind)
    {
        Container container = NewContainer("true");
        container.Config.Append($"hooks.{kind}", """{"path":"/no/such/hook"}""");
        container.Create().Fails(1, "/no/such/hook", "no such file or directory");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Theory]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    public void A_hook_that_never_reads_its_state_ends_by_its_timeout(string kind)
    {
        Container container = NewContainer("true");
        container.Config.Set("annotations", $$"""{"large":"{{new string('x', 200_000)}}"}""");
        container.Config.Append($"hooks.{kind}", Hook("sleep 300", ""","timeout":1"""));
        container.Create().Fails(1, "1 s");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Of_a_lot_of_output_the_end_is_told()
    {
        Container container = NewContainer("true");
        container.Config.Append("hooks.createContainer", Hook("head -c 2000000 /dev/zero | tr '\\0' x; echo; echo the reason; exit 3"));
        container.Create().Fails(1, "exit status 3", "the reason");
    }

    [Fact]
    public void A_hook_with_a_relative_path_is_refused()
    {
        Container container = NewContainer("true");
        container.Config.Append("hooks.createRuntime", """{"path":"bin/true"}""");
        container.Create().Fails(1, "hooks.createRuntime[0].path");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_poststart_hook_runs_after_the_program_was_started()
    {
        Container container = NewContainer("sh", "-c", "touch /started; sleep 1000");
        container.Config.Append("hooks.poststart", Hook($"touch {container.Inside("hook")}"));
        container.Create().Ok();
        Assert.False(File.Exists(container.Inside("hook")));
        container.Start().Ok();
        Assert.True(File.Exists(container.Inside("hook")), "start returns when the poststart hooks have run");
    }
}
