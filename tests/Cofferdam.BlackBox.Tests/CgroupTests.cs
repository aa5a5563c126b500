using System.Text.Json.Nodes;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

/// <summary>Limits of cgroup v1, read back from the kernel's files (CgroupV2Tests has those of v2), and what holds for
/// both versions.</summary>
public sealed class CgroupTests : BlackBoxTest
{
    private Container Limited(string resources, params string[] args)
    {
        Container container = NewContainer(args);
        foreach ((string key, JsonNode? value) in JsonNode.Parse(resources)!.AsObject())
            container.Config.Set("linux.resources." + key, value!.ToJsonString());
        return container;
    }

    [Theory]
    [InlineData("""{"memory":{"limit":67108864}}""", "memory", "memory.limit_in_bytes", "67108864")]
    [InlineData("""{"memory":{"reservation":33554432}}""", "memory", "memory.soft_limit_in_bytes", "33554432")]
    [InlineData("""{"memory":{"limit":67108864,"swap":134217728}}""", "memory", "memory.memsw.limit_in_bytes", "134217728")]
    [InlineData("""{"memory":{"swappiness":7}}""", "memory", "memory.swappiness", "7")]
    [InlineData("""{"cpu":{"shares":512}}""", "cpu", "cpu.shares", "512")]
    [InlineData("""{"cpu":{"quota":50000,"period":100000}}""", "cpu", "cpu.cfs_quota_us", "50000")]
    [InlineData("""{"cpu":{"quota":50000,"period":200000}}""", "cpu", "cpu.cfs_period_us", "200000")]
    [InlineData("""{"cpu":{"quota":50000,"period":100000,"burst":20000}}""", "cpu", "cpu.cfs_burst_us", "20000")]
    [InlineData("""{"cpu":{"idle":1}}""", "cpu", "cpu.idle", "1")]
    [InlineData("""{"cpu":{"cpus":"0"}}""", "cpuset", "cpuset.cpus", "0")]
    [InlineData("""{"cpu":{"mems":"0"}}""", "cpuset", "cpuset.mems", "0")]
    [InlineData("""{"pids":{"limit":25}}""", "pids", "pids.max", "25")]
    [InlineData("""{"pids":{"limit":-1}}""", "pids", "pids.max", "max")]
    public void A_limit_of_the_config_is_in_the_kernels_file(string resources, string controller, string file, string value)
    {
        Container.SkipIfOfV1(file);
        Container container = Limited(resources).Running();
        Assert.SkipUnless(Surroundings.IsUnified || File.Exists(Path.Combine(container.Cgroup(controller), file)), $"this kernel has no {file}");
        Assert.Equal(value, container.CgroupFile(controller, file));
    }

    [Fact]
    public void The_oom_killer_can_be_disabled()
    {
        Container container = Limited("""{"memory":{"limit":67108864,"disableOOMKiller":true}}""").Running();
        Assert.Contains("oom_kill_disable 1", container.CgroupFile("memory", "memory.oom_control"), StringComparison.Ordinal);
    }

    [Fact]
    public void Throttles_of_a_block_device_are_in_the_kernels_files()
    {
        Assert.SkipWhen(Surroundings.IsUnified, "CgroupV2Tests has this for cgroup v2");
        string? device = Directory.GetDirectories("/sys/block").Select(d => File.ReadAllText(Path.Combine(d, "dev")).Trim()).FirstOrDefault();
        Assert.SkipWhen(device is null, "this host has no block device");
        string[] number = device.Split(':');
        string Throttle(int rate) => $$"""[{"major":{{number[0]}},"minor":{{number[1]}},"rate":{{rate}}}]""";
        Container container = Limited($$"""
            {"blockIO":{"throttleReadBpsDevice":{{Throttle(1000000)}},"throttleWriteBpsDevice":{{Throttle(2000000)}},
             "throttleReadIOPSDevice":{{Throttle(300)}},"throttleWriteIOPSDevice":{{Throttle(400)}} } }
            """).Running();
        Assert.Equal($"{device} 1000000", container.CgroupFile("blkio", "blkio.throttle.read_bps_device"));
        Assert.Equal($"{device} 2000000", container.CgroupFile("blkio", "blkio.throttle.write_bps_device"));
        Assert.Equal($"{device} 300", container.CgroupFile("blkio", "blkio.throttle.read_iops_device"));
        Assert.Equal($"{device} 400", container.CgroupFile("blkio", "blkio.throttle.write_iops_device"));
    }

    [Fact]
    public void A_weight_of_block_io_is_in_the_kernels_file()
    {
        Assert.SkipWhen(Surroundings.IsUnified, "CgroupV2Tests has this for cgroup v2");
        Container container = NewContainer().Running();
        string file = new[] { "blkio.bfq.weight", "blkio.weight" }.FirstOrDefault(f => File.Exists(Path.Combine(container.Cgroup("blkio"), f))) ?? "";
        Assert.SkipWhen(file.Length == 0, "this kernel has no block weights");
        Container limited = Limited("""{"blockIO":{"weight":300}}""").Running();
        Assert.Contains("300", limited.CgroupFile("blkio", file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_over_the_memory_limit_is_killed() =>
        Assert.Equal("137", Limited("""{"memory":{"limit":20971520,"swap":20971520}}""").Sh("tail /dev/zero 2>/dev/null; echo $?"));

    [Fact]
    public void Processes_over_the_pids_limit_cannot_be_forked() =>
        Assert.Contains("fork", Limited("""{"pids":{"limit":8}}""").RunSh("for i in 1 2 3 4 5 6 7 8 9 10; do sleep 5 & done; exit 0").Stderr, StringComparison.Ordinal);

    [Fact]
    public void The_program_and_its_children_are_in_the_cgroups_of_every_controller()
    {
        Container container = NewContainer("sh", "-c", "sleep 1000 & touch /up; wait").CreatedAndStarted();
        Eventually.True(() => File.Exists(container.Inside("up")), "the child was started");
        foreach (string controller in new[] { "memory", "cpu", "cpuacct", "pids", "devices", "freezer", "blkio", "cpuset", "name=systemd" })
        {
            string cgroup = container.Cgroup(controller);
            Assert.EndsWith("/" + container.CgroupName, cgroup, StringComparison.Ordinal);
            // The shell and sleep; touch may not be reaped yet.
            Eventually.True(() => File.ReadAllLines(Path.Combine(cgroup, "cgroup.procs")).Length == 2, "two processes are in the cgroup");
        }
    }

    [Fact]
    public void A_nested_cgroups_path_is_made_with_its_parents()
    {
        Container container = NewContainer();
        string parent = Surroundings.CgroupsPath("coffer-parent-" + container.Id.Replace("-", "", StringComparison.Ordinal));
        Scratch.OnClose(() =>
        {
            foreach (string hierarchy in Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup"))
            {
                foreach (string d in new[] { hierarchy + parent + "/middle", hierarchy + parent })
                {
                    if (File.Exists(d + "/cgroup.procs"))
                        Directory.Delete(d);
                }
            }
        });
        container.Config.SetText("linux.cgroupsPath", $"{parent}/middle/{container.Id}");
        container.Running();
        string cgroup = container.Cgroup("memory");
        Assert.EndsWith($"{parent}/middle/{container.Id}", cgroup, StringComparison.Ordinal);
        container.Delete("--force").Ok();
        Assert.False(Directory.Exists(cgroup));
    }

    [Theory]
    [InlineData("coffer-test-")]
    [InlineData("./coffer-test-")]
    public void A_relative_cgroups_path_works(string prefix)
    {
        Container container = NewContainer();
        container.Config.SetText("linux.cgroupsPath", prefix + container.Id);
        container.Running();
        Assert.EndsWith("/coffer-test-" + container.Id, container.Cgroup("memory"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_cgroups_path_the_id_names_the_cgroup()
    {
        Container container = NewContainer();
        container.Config.Remove("linux.cgroupsPath");
        container.Running();
        Assert.EndsWith("/" + container.Id, container.Cgroup("memory"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cgroups_path_cannot_climb_out_of_the_hierarchy()
    {
        Container container = NewContainer("true");
        container.Config.SetText("linux.cgroupsPath", "/../../../../tmp/coffer-test-" + container.Id);
        string outside = "/tmp/coffer-test-" + container.Id;
        Scratch.OnClose(() => Scratch.Host("rm", "-rf", outside));
        container.Run();
        Assert.False(Directory.Exists(outside));
    }

    [Fact]
    public void Two_containers_in_one_cgroup_do_not_end_each_other()
    {
        Container first = NewContainer().Running(), second = NewContainer("true");
        second.Config.SetText("linux.cgroupsPath", Surroundings.CgroupsPath("coffer-test-" + first.Id));
        CommandResult result = second.Run();
        Assert.True(result.ExitCode is 0 or 1, result.Describe());
        Assert.Equal("running", first.Status());
    }

    [Fact]
    public void An_impossible_limit_fails_create_and_leaves_nothing()
    {
        Limited("""{"cpu":{"cpus":"4000-4001"}}""", "true").Create().Fails(1, "cpus");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_container_with_a_memory_limit_of_two_megabytes_starts() =>
        Assert.Equal("small", Limited("""{"memory":{"limit":2097152}}""").Sh("echo small"));

    [Fact]
    public void A_container_with_a_memory_limit_of_240_kilobytes_starts()
    {
        Assert.SkipUnless(RuntimeUnderTest.IsOurs, "others promise no such thing");
        Limited("""{"memory":{"limit":245760}}""", "true").Run().Ok();
    }

    [Fact]
    public void An_exec_fits_into_a_memory_limit_of_768_kilobytes()
    {
        Container container = NewContainer().Running();
        Scratch.Oci("update", "--memory", "786432", container.Id).Ok();
        container.Exec("true").Ok();
        Assert.Equal("running", container.Status());
    }

    [Fact]
    public void Exec_joins_the_cgroups_of_the_container()
    {
        Container container = NewContainer().Running();
        string[] lines = container.ExecSh("cat /proc/self/cgroup").Split('\n');
        string controller = Surroundings.IsUnified ? "0::" : ":memory:";
        Assert.Contains(lines, l => l.Contains(controller, StringComparison.Ordinal) && l.EndsWith("/" + container.CgroupName, StringComparison.Ordinal));
    }

    [Fact]
    public void Exec_can_join_a_cgroup_below()
    {
        Container container = NewContainer().Running();
        Directory.CreateDirectory(Path.Combine(container.Cgroup("pids"), "below"));
        (string option, string line) = Surroundings.IsUnified ? ("below", "0::") : ("pids:below", ":pids:");
        string output = container.ExecWith(["--cgroup", option], "cat", "/proc/self/cgroup").Ok().Output;
        Assert.Contains(output.Split('\n'), l => l.Contains(line, StringComparison.Ordinal) && l.EndsWith($"/{container.CgroupName}/below", StringComparison.Ordinal));
    }

    [Fact]
    public void Exec_into_a_cgroup_that_does_not_exist_is_refused() =>
        NewContainer().Running().ExecWith(["--cgroup", Surroundings.IsUnified ? "no-such" : "pids:no-such"], "true").Fails(255, "no-such");
}
