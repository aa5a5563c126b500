using System.Text.Json;
using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

public sealed class ResourceTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    [Fact]
    public void Metrics_are_those_of_the_cgroup()
    {
        ShimContainer container = Sleeping("--memory-limit", "50331648");
        string metrics = container.Task("metrics").Ok().Stdout;
        Assert.Matches(Surroundings.IsUnified ? @"memory\.usage_limit\s+50331648" : @"memory\.limit_in_bytes\s+50331648", metrics);
        Assert.Matches(@"pids\.current\s+1\b", metrics);
    }

    [Fact]
    public void Metrics_come_as_json_too()
    {
        ShimContainer container = Sleeping("--memory-limit", "50331648");
        container.Exec(Options(), ["--detach"], "sleep", "1000").Ok();
        JsonElement metrics = JsonElement.Parse(container.Task("metrics", "--format", "json").Ok().Stdout);
        Assert.Equal(2, metrics.GetProperty("pids").GetProperty("current").GetInt32());
        JsonElement memory = metrics.GetProperty("memory"), cpu = metrics.GetProperty("cpu");
        Assert.Equal(50331648, (Surroundings.IsUnified ? memory.GetProperty("usage_limit") : memory.GetProperty("usage").GetProperty("limit")).GetInt64());
        Assert.True((Surroundings.IsUnified ? cpu.GetProperty("usage_usec") : cpu.GetProperty("usage").GetProperty("total")).GetInt64() > 0);
    }

    [Fact]
    public void Stats_are_a_message_of_cgroup_v1()
    {
        Assert.SkipWhen(Surroundings.IsUnified, "this host has no cgroup v1");
        ShimContainer container = Sleeping("--memory-limit", "50331648");
        using TaskConnection shim = container.Connect();
        ProtobufFields any = shim.Call("Stats", container.Id).Ok().Message(1);
        Assert.Equal("io.containerd.cgroups.v1.Metrics", any.Text(1));
        ProtobufFields metrics = any.Message(2);
        Assert.Equal(1u, metrics.Message(2).Number(1));
        Assert.InRange(metrics.Message(3).Message(1).Number(1), 1u, ulong.Parse(container.CgroupFile("cpuacct", "cpuacct.usage")));
        Assert.Equal(50331648u, metrics.Message(4).Message(33).Number(1));
        shim.Call("Stats", "nobody").Fails(TtrpcReply.NotFound);
    }

    [Fact]
    public void Stats_are_a_message_of_cgroup_v2()
    {
        Assert.SkipUnless(Surroundings.IsUnified, "this host does not have cgroup v2 alone");
        ShimContainer container = Sleeping("--memory-limit", "50331648");
        using TaskConnection shim = container.Connect();
        ProtobufFields any = shim.Call("Stats", container.Id).Ok().Message(1);
        Assert.Equal("io.containerd.cgroups.v2.Metrics", any.Text(1));
        ProtobufFields metrics = any.Message(2), memory = metrics.Message(4);
        Assert.Equal(1u, metrics.Message(1).Number(1));
        Assert.InRange(metrics.Message(2).Number(1), 1u, ulong.Parse(container.CgroupFile("", "cpu.stat").Split([' ', '\n'])[1]));
        Assert.Equal(50331648u, memory.Number(33));
        Assert.InRange(memory.Number(32), 4096u, 50331648u);
        Assert.Equal(0u, metrics.Message(7).Number(5));
        shim.Call("Stats", "nobody").Fails(TtrpcReply.NotFound);
    }

    [Fact]
    public void Update_writes_the_limits_of_a_running_container()
    {
        ShimContainer container = Sleeping("--memory-limit", "50331648");
        using TaskConnection shim = container.Connect();
        shim.Update(container.Id, """{"memory":{"limit":67108864},"pids":{"limit":33},"cpu":{"shares":512,"quota":50000,"period":100000}}""").Ok();
        Assert.Equal("67108864", container.MemoryLimit);
        Assert.Equal("33", container.CgroupFile("pids", "pids.max"));
        Assert.Equal(Surroundings.IsUnified ? "59" : "512", container.CgroupFile("cpu", "cpu.shares", "cpu.weight"));
        Assert.Equal(Surroundings.IsUnified ? "50000 100000" : "50000", container.CgroupFile("cpu", "cpu.cfs_quota_us", "cpu.max"));
    }

    [Fact]
    public void An_update_that_the_kernel_refuses_changes_nothing()
    {
        ShimContainer container = Sleeping("--memory-limit", "50331648");
        using TaskConnection shim = container.Connect();
        Assert.NotEqual(0, shim.Update(container.Id, """{"cpu":{"cpus":"9999"}}""").Code);
        Assert.Equal("50331648", container.MemoryLimit);
        Assert.Equal("RUNNING", container.Status);
    }

    [Fact]
    public void Limits_of_the_run_are_in_the_cgroup()
    {
        ShimContainer container = Sleeping("--memory-limit", "50331648", "--cpu-quota", "20000", "--cpu-period", "100000", "--cpu-shares", "2048");
        Assert.Equal("50331648", container.MemoryLimit);
        Assert.Equal(Surroundings.IsUnified ? "20000 100000" : "20000", container.CgroupFile("cpu", "cpu.cfs_quota_us", "cpu.max"));
        Assert.Equal(Surroundings.IsUnified ? "174" : "2048", container.CgroupFile("cpu", "cpu.shares", "cpu.weight"));
    }
}
