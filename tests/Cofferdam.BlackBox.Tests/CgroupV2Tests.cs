using System.Globalization;
using System.Text.Json.Nodes;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

/// <summary>Limits of cgroup v2, read back from the kernel's files.</summary>
public sealed class CgroupV2Tests : BlackBoxTest
{
    public CgroupV2Tests() => Assert.SkipUnless(Surroundings.IsUnified, "this host does not have cgroup v2 alone");

    private Container Limited(string resources, params string[] args)
    {
        Container container = NewContainer(args);
        foreach ((string key, JsonNode? value) in JsonNode.Parse(resources)!.AsObject())
            container.Config.Set("linux.resources." + key, value!.ToJsonString());
        return container;
    }

    [Theory]
    [InlineData("""{"memory":{"limit":67108864}}""", "memory.max", "67108864")]
    [InlineData("""{"memory":{"limit":-1}}""", "memory.max", "max")]
    [InlineData("""{"memory":{"reservation":33554432}}""", "memory.low", "33554432")]
    [InlineData("""{"memory":{"limit":67108864,"swap":134217728}}""", "memory.swap.max", "67108864")]
    [InlineData("""{"memory":{"limit":67108864,"swap":67108864}}""", "memory.swap.max", "0")]
    [InlineData("""{"memory":{"limit":67108864,"swap":-1}}""", "memory.swap.max", "max")]
    [InlineData("""{"cpu":{"shares":1024}}""", "cpu.weight", "100")]
    [InlineData("""{"cpu":{"shares":2}}""", "cpu.weight", "1")]
    [InlineData("""{"cpu":{"shares":512}}""", "cpu.weight", "59")]
    [InlineData("""{"cpu":{"shares":262144}}""", "cpu.weight", "10000")]
    [InlineData("""{"cpu":{"quota":50000,"period":100000}}""", "cpu.max", "50000 100000")]
    [InlineData("""{"cpu":{"quota":-1,"period":200000}}""", "cpu.max", "max 200000")]
    [InlineData("""{"cpu":{"period":200000}}""", "cpu.max", "max 200000")]
    [InlineData("""{"cpu":{"quota":50000,"period":100000,"burst":20000}}""", "cpu.max.burst", "20000")]
    [InlineData("""{"cpu":{"idle":1}}""", "cpu.idle", "1")]
    [InlineData("""{"cpu":{"cpus":"0"}}""", "cpuset.cpus", "0")]
    [InlineData("""{"cpu":{"mems":"0"}}""", "cpuset.mems", "0")]
    [InlineData("""{"pids":{"limit":25}}""", "pids.max", "25")]
    [InlineData("""{"pids":{"limit":-1}}""", "pids.max", "max")]
    [InlineData("""{"hugepageLimits":[{"pageSize":"2MB","limit":4194304}]}""", "hugetlb.2MB.max", "4194304")]
    [InlineData("""{"blockIO":{"weight":300}}""", "io.weight", "default 2930")]
    [InlineData("""{"unified":{"memory.high":"52428800"}}""", "memory.high", "52428800")]
    [InlineData("""{"unified":{"memory.min":"1048576"}}""", "memory.min", "1048576")]
    [InlineData("""{"unified":{"cgroup.max.depth":"5"}}""", "cgroup.max.depth", "5")]
    [InlineData("""{"memory":{"limit":67108864},"unified":{"memory.max":"83886080"}}""", "memory.max", "83886080")]
    public void A_limit_of_the_config_is_in_the_kernels_file(string resources, string file, string value)
    {
        Assert.SkipWhen(file.StartsWith("hugetlb", StringComparison.Ordinal) && Surroundings.IsIn(Place.Rootless | Place.Systemd),
            "systemd does not delegate the hugetlb controller to users");
        Container container = Limited(resources).Running();
        Assert.SkipUnless(File.Exists(Path.Combine(container.Cgroup(""), file)), $"this cgroup has no {file}");
        Assert.Equal(value, container.CgroupFile("", file));
    }

    [Fact]
    public void Throttles_of_a_block_device_are_in_the_kernels_file()
    {
        string? device = Directory.GetDirectories("/sys/block").Select(d => File.ReadAllText(Path.Combine(d, "dev")).Trim()).FirstOrDefault();
        Assert.SkipWhen(device is null, "this host has no block device");
        string[] number = device.Split(':');
        string Throttle(int rate) => $$"""[{"major":{{number[0]}},"minor":{{number[1]}},"rate":{{rate}}}]""";
        Container container = Limited($$"""
            {"blockIO":{"throttleReadBpsDevice":{{Throttle(1000000)}},"throttleWriteBpsDevice":{{Throttle(2000000)}},
             "throttleReadIOPSDevice":{{Throttle(300)}},"throttleWriteIOPSDevice":{{Throttle(400)}} } }
            """).Running();
        Assert.Equal($"{device} rbps=1000000 wbps=2000000 riops=300 wiops=400", container.CgroupFile("", "io.max"));
    }

    [Theory]
    [InlineData("no.such.file", "1")]
    [InlineData("memory.max", "many")]
    [InlineData("../memory.max", "1")]
    public void A_bad_entry_of_the_unified_map_is_refused(string file, string value)
    {
        Container container = NewContainer("true");
        container.Config.Set("linux.resources.unified", new JsonObject { [file] = value }.ToJsonString());
        container.Create().Fails(1, file);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_cgroup_namespace_has_the_containers_cgroup_as_its_root()
    {
        Container container = NewContainer();
        container.Config.Namespace("cgroup");
        Assert.Equal("0::/", container.Sh("cat /proc/self/cgroup"));
    }

    [Fact]
    public void A_writable_cgroup_mount_in_a_cgroup_namespace_can_be_divided()
    {
        Container container = NewContainer();
        container.Config.Namespace("cgroup").Mount("/sys/fs/cgroup", "cgroup2", "cgroup", "nosuid", "noexec", "nodev");
        Assert.Equal("1", container.Sh("cd /sys/fs/cgroup && mkdir leaf && echo 0 >leaf/cgroup.procs && grep -c . leaf/cgroup.procs | sed 's/[0-9]*/1/'"));
    }

    [Theory]
    [InlineData("--memory", "52428800", "memory.max", "52428800")]
    [InlineData("--memory-reservation", "20971520", "memory.low", "20971520")]
    [InlineData("--cpu-share", "1024", "cpu.weight", "100")]
    [InlineData("--cpu-quota", "60000", "cpu.max", "60000 100000")]
    [InlineData("--cpu-period", "150000", "cpu.max", "max 150000")]
    [InlineData("--cpuset-cpus", "0", "cpuset.cpus", "0")]
    [InlineData("--pids-limit", "31", "pids.max", "31")]
    public void An_update_changes_the_kernels_file(string option, string value, string file, string shown)
    {
        Container container = NewContainer().Running();
        Scratch.Oci("update", option, value, container.Id).Ok();
        Assert.Equal(shown, container.CgroupFile("", file));
    }

    [Fact]
    public void Memory_and_swap_can_grow_and_shrink_together()
    {
        Container container = Limited("""{"memory":{"limit":33554432,"swap":33554432}}""").Running();
        Scratch.Oci("update", "--memory", "134217728", "--memory-swap", "268435456", container.Id).Ok();
        Assert.Equal("134217728", container.CgroupFile("", "memory.max"));
        Assert.Equal("134217728", container.CgroupFile("", "memory.swap.max"));
        Scratch.Oci("update", "--memory", "33554432", "--memory-swap", "33554432", container.Id).Ok();
        Assert.Equal("33554432", container.CgroupFile("", "memory.max"));
        Assert.Equal("0", container.CgroupFile("", "memory.swap.max"));
    }

    [Fact]
    public void An_update_reads_the_unified_map()
    {
        Container container = Limited("""{"memory":{"limit":67108864}}""").Running();
        Scratch.Oci(Scratch.Options(stdin: """{"unified":{"memory.high":"41943040"}}"""), "update", "-r", "-", container.Id).Ok();
        Assert.Equal("41943040", container.CgroupFile("", "memory.high"));
        Assert.Equal("67108864", container.CgroupFile("", "memory.max"));
    }

    [Fact]
    public void The_device_rules_hold_after_an_update()
    {
        Container container = NewContainer();
        container.Config.Set("linux.devices", """[{"path":"/dev/fuse","type":"c","major":10,"minor":229,"fileMode":438}]""");
        container.Running();
        Assert.Equal("refused", container.ExecSh("(exec 3</dev/fuse) 2>/dev/null || echo refused"));
        Scratch.Oci("update", "--memory", "67108864", container.Id).Ok();
        Assert.Equal("refused\nfine", container.ExecSh("(exec 3</dev/fuse) 2>/dev/null || echo refused; (exec 3</dev/null) && echo fine"));
    }

    [Fact]
    public void The_container_is_alone_in_its_cgroup()
    {
        Container container = NewContainer().Running();
        string[] processes = File.ReadAllLines(Path.Combine(container.Cgroup(""), "cgroup.procs"));
        Assert.Contains(container.Pid().ToString(CultureInfo.InvariantCulture), processes);
        // The shell and its sleep.
        Assert.InRange(processes.Length, 1, 2);
    }

    [Fact]
    public void Delete_removes_cgroups_with_processes_that_the_container_made_below()
    {
        Container container = NewContainer();
        container.Config.Namespace("cgroup").Mount("/sys/fs/cgroup", "cgroup2", "cgroup", "nosuid", "noexec", "nodev")
            .Args("sh", "-c", "mkdir -p /sys/fs/cgroup/a/b && echo 0 >/sys/fs/cgroup/a/b/cgroup.procs && touch /up; sleep 1000");
        container.CreatedAndStarted();
        Eventually.True(() => File.Exists(container.Inside("up")), "the program moved itself");
        container.Delete("--force").Ok();
        Assert.Empty(Scratch.LeaksNow());
    }
}
