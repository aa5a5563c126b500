using System.Text.Json.Nodes;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

/// <summary>Live changes of limits, pause and resume, statistics and events.</summary>
public sealed class UpdateTests : BlackBoxTest
{
    [Theory]
    [InlineData("--memory", "52428800", "memory", "memory.limit_in_bytes", "52428800")]
    [InlineData("--memory-reservation", "20971520", "memory", "memory.soft_limit_in_bytes", "20971520")]
    [InlineData("--cpu-share", "333", "cpu", "cpu.shares", "333")]
    [InlineData("--cpu-quota", "60000", "cpu", "cpu.cfs_quota_us", "60000")]
    [InlineData("--cpu-period", "150000", "cpu", "cpu.cfs_period_us", "150000")]
    [InlineData("--cpu-burst", "10000", "cpu", "cpu.cfs_burst_us", "10000")]
    [InlineData("--cpu-idle", "1", "cpu", "cpu.idle", "1")]
    [InlineData("--cpuset-cpus", "0", "cpuset", "cpuset.cpus", "0")]
    [InlineData("--cpuset-mems", "0", "cpuset", "cpuset.mems", "0")]
    [InlineData("--pids-limit", "31", "pids", "pids.max", "31")]
    [InlineData("--pids-limit", "-1", "pids", "pids.max", "max")]
    public void An_option_changes_the_kernels_file(string option, string value, string controller, string file, string shown)
    {
        Container.SkipIfOfV1(file);
        Container container = NewContainer();
        if (option == "--cpu-burst")
            container.Config.Set("linux.resources.cpu", """{"quota":50000,"period":100000}""");
        container.Running();
        Scratch.Oci("update", option, value, container.Id).Ok();
        Assert.Equal(shown, container.CgroupFile(controller, file));
    }

    [Fact]
    public void Memory_and_swap_can_grow_and_shrink_together()
    {
        Container container = NewContainer();
        container.Config.Set("linux.resources.memory", """{"limit":33554432,"swap":33554432}""");
        container.Running();
        Scratch.Oci("update", "--memory", "134217728", "--memory-swap", "268435456", container.Id).Ok();
        Assert.Equal("134217728", container.CgroupFile("memory", "memory.limit_in_bytes"));
        Assert.Equal("268435456", container.CgroupFile("memory", "memory.memsw.limit_in_bytes"));
        Scratch.Oci("update", "--memory", "33554432", "--memory-swap", "33554432", container.Id).Ok();
        Assert.Equal("33554432", container.CgroupFile("memory", "memory.limit_in_bytes"));
        Assert.Equal("33554432", container.CgroupFile("memory", "memory.memsw.limit_in_bytes"));
    }

    [Fact]
    public void Resources_are_read_from_a_file()
    {
        Container container = NewContainer().Running();
        string file = Path.Combine(Scratch.Directory, "resources.json");
        File.WriteAllText(file, """{"memory":{"limit":41943040},"cpu":{"shares":222,"quota":40000,"period":80000},"pids":{"limit":44}}""");
        Scratch.Oci("update", "-r", file, container.Id).Ok();
        Assert.Equal("41943040", container.CgroupFile("memory", "memory.limit_in_bytes"));
        Assert.Equal("222", container.CgroupFile("cpu", "cpu.shares"));
        Assert.Equal("40000", container.CgroupFile("cpu", "cpu.cfs_quota_us"));
        Assert.Equal("80000", container.CgroupFile("cpu", "cpu.cfs_period_us"));
        Assert.Equal("44", container.CgroupFile("pids", "pids.max"));
    }

    [Fact]
    public void Resources_are_read_from_standard_input()
    {
        Container container = NewContainer().Running();
        Scratch.Oci(Scratch.Options(stdin: """{"cpu":{"shares":444}}"""), "update", "--resources", "-", container.Id).Ok();
        Assert.Equal("444", container.CgroupFile("cpu", "cpu.shares"));
    }

    [Fact]
    public void What_an_update_does_not_name_stays()
    {
        Container container = NewContainer();
        container.Config.Set("linux.resources.memory", """{"limit":67108864}""").Set("linux.resources.pids", """{"limit":55}""");
        container.Running();
        Scratch.Oci("update", "--cpu-share", "100", container.Id).Ok();
        Assert.Equal("67108864", container.CgroupFile("memory", "memory.limit_in_bytes"));
        Assert.Equal("55", container.CgroupFile("pids", "pids.max"));
    }

    [Fact]
    public void An_update_does_not_change_the_device_rules()
    {
        Container container = NewContainer().Running();
        string before = container.CgroupFile("devices", "devices.list");
        Scratch.Oci("update", "--memory", "67108864", container.Id).Ok();
        Assert.Equal(before, container.CgroupFile("devices", "devices.list"));
    }

    /// <summary>containerd passes the rules of the configuration with every update, and a plugin may have added to them since.</summary>
    [Fact]
    public void An_update_with_device_rules_does_not_change_them()
    {
        Assert.SkipWhen(Surroundings.IsUnified, "looks at the rules in a file of cgroup v1");
        Container container = NewContainer().Running();
        const string rule = "c 10:200 rwm";
        File.WriteAllText(Path.Combine(container.Cgroup("devices"), "devices.allow"), rule);
        const string resources = """{"pids":{"limit":55},"devices":[{"allow":false,"access":"rwm"}]}""";
        Scratch.Oci(Scratch.Options(stdin: resources), "update", "--resources", "-", container.Id).Ok();
        Assert.Contains(rule, container.CgroupFile("devices", "devices.list"), StringComparison.Ordinal);
        Assert.Equal("55", container.CgroupFile("pids", "pids.max"));
    }

    /// <summary>Before runtime-spec 1.3 it meant none, and podman before 5.4 and CRI-O before 1.29 write it so.</summary>
    [Theory]
    [InlineData("1.0.2", true)]
    [InlineData("1.2.1", true)]
    [InlineData("1.3.0", false)]
    public void A_limit_of_no_processes_counts_since_the_specification_says_so(string version, bool forks)
    {
        Container container = NewContainer();
        container.Config.SetText("ociVersion", version).Set("linux.resources.pids", """{"limit":0}""").Args("sh", "-c", "ls /bin && echo forked");
        Assert.Equal(forks, container.Run().Stdout.Contains("forked", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--memory", "many")]
    [InlineData("--cpuset-cpus", "4000")]
    public void A_bad_value_is_refused_and_the_container_runs_on(string option, string value)
    {
        Container container = NewContainer().Running();
        Assert.NotEqual(0, Scratch.Oci("update", option, value, container.Id).ExitCode);
        Assert.Equal("running", container.Status());
    }

    [Fact]
    public void Bad_json_is_refused()
    {
        Container container = NewContainer().Running();
        Scratch.Oci(Scratch.Options(stdin: "{\"cpu\":"), "update", "-r", "-", container.Id).Fails(1);
    }

    [Fact]
    public void A_created_container_can_be_updated()
    {
        Container container = NewContainer("true");
        container.Create().Ok();
        Scratch.Oci("update", "--pids-limit", "12", container.Id).Ok();
        Assert.Equal("12", container.CgroupFile("pids", "pids.max"));
    }

    [Fact]
    public void A_stopped_container_cannot_be_updated()
    {
        Container container = NewContainer("true").CreatedAndStarted();
        container.WaitForStatus("stopped");
        Scratch.Oci("update", "--pids-limit", "12", container.Id).Fails(1);
    }

    [Fact]
    public void Pause_freezes_and_resume_thaws()
    {
        Container container = NewContainer("sh", "-c", "i=0; while :; do i=$((i+1)); echo $i >/count; sleep 0.01; done").CreatedAndStarted();
        Eventually.True(() => File.Exists(container.Inside("count")) && File.ReadAllText(container.Inside("count")).Length > 0, "the program counts");
        Scratch.Oci("pause", container.Id).Ok();
        Assert.Equal("paused", container.Status());
        Assert.True(IsFrozen(container), "the cgroup is frozen");
        Scratch.Oci("resume", container.Id).Ok();
        Assert.Equal("running", container.Status());
        string count = File.ReadAllText(container.Inside("count"));
        Eventually.True(() => File.ReadAllText(container.Inside("count")) is { Length: > 0 } now && now != count, "the program counts on");
    }

    private static bool IsFrozen(Container container) => Surroundings.IsUnified
        ? container.CgroupFile("freezer", "cgroup.events").Contains("frozen 1", StringComparison.Ordinal)
        : container.CgroupFile("freezer", "freezer.state") is "FROZEN" or "FREEZING";

    [Fact]
    public void A_second_pause_and_a_resume_of_a_running_container_are_refused()
    {
        Container container = NewContainer().Running();
        Scratch.Oci("resume", container.Id).Fails(1);
        Scratch.Oci("pause", container.Id).Ok();
        Scratch.Oci("pause", container.Id).Fails(1);
        Scratch.Oci("resume", container.Id).Ok();
    }

    [Fact]
    public void Pause_of_a_stopped_container_is_refused()
    {
        Container container = NewContainer("true").CreatedAndStarted();
        container.WaitForStatus("stopped");
        Scratch.Oci("pause", container.Id).Fails(1);
    }

    [Fact]
    public void Exec_in_a_paused_container_is_refused()
    {
        Container container = NewContainer().Running();
        Scratch.Oci("pause", container.Id).Ok();
        container.Exec("true").Fails(255, "paused");
    }

    [Fact]
    public void Exec_may_ignore_that_the_container_is_paused()
    {
        Container container = NewContainer().Running();
        Scratch.Oci("pause", container.Id).Ok();
        using Command exec = Scratch.StartOci(Scratch.Options(), "exec", "--ignore-paused", container.Id, "echo", "thawed");
        Eventually.True(() => Processes.Tree(exec.Pid).Count() > 1 || exec.HasExited, "exec is under way");
        // It waits in the freezer; a resume lets it go on.
        Eventually.True(() => IsFrozen(container), "still frozen");
        Scratch.Oci("resume", container.Id).Ok();
        Assert.Equal("thawed", exec.Wait().Ok().Output);
    }

    [Fact]
    public void A_signal_reaches_a_paused_container_after_it_was_resumed()
    {
        Container container = NewContainer().Running();
        Scratch.Oci("pause", container.Id).Ok();
        container.Kill("TERM").Ok();
        Scratch.Oci("resume", container.Id).Ok();
        container.WaitForStatus("stopped");
    }

    [Fact]
    public void Events_with_stats_prints_one_json_object_with_the_numbers()
    {
        Container container = NewContainer();
        container.Config.Set("linux.resources.memory", """{"limit":67108864}""").Set("linux.resources.pids", """{"limit":55}""");
        container.Running();
        JsonObject stats = JsonNode.Parse(Scratch.Oci("events", "--stats", container.Id).Ok().Stdout)!.AsObject();
        Assert.Equal("stats", (string?)stats["type"]);
        Assert.Equal(container.Id, (string?)stats["id"]);
        JsonNode data = stats["data"]!;
        Assert.True((long)data["cpu"]!["usage"]!["total"]! > 0);
        Assert.Equal(67108864, (long)data["memory"]!["usage"]!["limit"]!);
        Assert.True((long)data["memory"]!["usage"]!["usage"]! > 0);
        Assert.InRange((long)data["pids"]!["current"]!, 1, 20);
        Assert.Equal(55, (long)data["pids"]!["limit"]!);
    }

    [Fact]
    public void Events_with_an_interval_prints_stats_again_and_again()
    {
        Container container = NewContainer().Running();
        using Command events = Scratch.StartOci(Scratch.Options(), "events", "--interval", "50ms", container.Id);
        Eventually.True(() => events.Stdout.Split('\n').Count(l => l.Contains("\"stats\"", StringComparison.Ordinal)) >= 3, "three lines of stats");
        container.Delete("--force").Ok();
        Assert.False(events.Wait().TimedOut, "events ends with the container");
    }

    [Fact]
    public void Events_tells_of_an_oom_kill()
    {
        Container container = NewContainer("sh", "-c", "while [ ! -e /go ]; do usleep 10000; done; tail /dev/zero; sleep 1000");
        container.Config.Set("linux.resources.memory", """{"limit":20971520,"swap":20971520}""");
        container.CreatedAndStarted();
        using Command events = Scratch.StartOci(Scratch.Options(), "events", "--interval", "100ms", container.Id);
        Eventually.True(() => events.Stdout.Contains("\"stats\"", StringComparison.Ordinal), "events is under way");
        File.WriteAllText(container.Inside("go"), "");
        Eventually.True(() => events.Stdout.Contains("\"type\":\"oom\"", StringComparison.Ordinal), "the oom event");
    }

    [Fact]
    public void Events_of_a_stopped_container_are_refused()
    {
        Container container = NewContainer("true").CreatedAndStarted();
        container.WaitForStatus("stopped");
        Scratch.Oci("events", "--stats", container.Id).Fails(1);
    }
}
