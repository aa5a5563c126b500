using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Tests;

/// <summary>Limits and counters of the v2 controllers of this machine; most of it needs a host with v2 alone.</summary>
[Trait("Layer", "Kernel")]
public sealed class V2ResourcesTests
{
    [Fact]
    public void Limits_arrive_in_the_files()
    {
        using ScratchV2Cgroup scratch = new("cpu", "cpuset", "memory", "pids");
        scratch.Create(new LinuxResources
        {
            Cpu = new() { Shares = 512, Quota = 50000, Period = 200000, Cpus = "0", Mems = "0" },
            Memory = new() { Limit = 64 << 20, Swap = 96 << 20, Reservation = 32 << 20 },
            Pids = new() { Limit = 77 },
        });
        Assert.Equal("59", scratch["cpu.weight"]);
        Assert.Equal("50000 200000", scratch["cpu.max"]);
        Assert.Equal("0", scratch["cpuset.cpus"]);
        Assert.Equal("67108864", scratch["memory.max"]);
        Assert.Equal("33554432", scratch["memory.low"]);
        Assert.Equal("77", scratch["pids.max"]);
        if (File.Exists(scratch.Path + "/memory.swap.max")) Assert.Equal("33554432", scratch["memory.swap.max"]);
    }

    [Fact]
    public void An_update_keeps_what_it_does_not_name()
    {
        using ScratchV2Cgroup scratch = new("cpu", "memory", "pids");
        scratch.Create(new LinuxResources { Cpu = new() { Quota = 50000, Period = 200000 }, Memory = new() { Limit = 64 << 20 }, Pids = new() { Limit = 77 } });
        scratch.Cgroup.Update(new LinuxResources { Cpu = new() { Quota = 60000 } });
        Assert.Equal("60000 200000", scratch["cpu.max"]);
        scratch.Cgroup.Update(new LinuxResources { Cpu = new() { Period = 100000 } });
        Assert.Equal("60000 100000", scratch["cpu.max"]);
        scratch.Cgroup.Update(new LinuxResources { Cpu = new() { Quota = -1 } });
        Assert.Equal("max 100000", scratch["cpu.max"]);
        scratch.Cgroup.Update(new LinuxResources { Memory = new() { Limit = 128 << 20 }, Pids = new() { Limit = -1 } });
        Assert.Equal("134217728", scratch["memory.max"]);
        Assert.Equal("max", scratch["pids.max"]);
        scratch.Cgroup.Update(new LinuxResources { Memory = new() { Limit = -1 } });
        Assert.Equal("max", scratch["memory.max"]);
    }

    [Fact]
    public void Burst_and_quota_may_grow_and_shrink_together()
    {
        using ScratchV2Cgroup scratch = new("cpu");
        scratch.Create(new LinuxResources { Cpu = new() { Quota = 50000 } });
        if (!File.Exists(scratch.Path + "/cpu.max.burst")) Assert.Skip("needs Linux 5.14");
        scratch.Cgroup.Update(new LinuxResources { Cpu = new() { Quota = 80000, Burst = 70000 } });
        Assert.Equal(["80000 100000", "70000"], [scratch["cpu.max"], scratch["cpu.max.burst"]]);
        scratch.Cgroup.Update(new LinuxResources { Cpu = new() { Quota = 20000, Burst = 10000 } });
        Assert.Equal(["20000 100000", "10000"], [scratch["cpu.max"], scratch["cpu.max.burst"]]);
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => scratch.Cgroup.Update(new LinuxResources { Cpu = new() { Burst = 30000 } }));
        Assert.Contains("linux.resources.cpu.burst: writing '30000' to ", refusal.Message);
        Assert.Contains("it may not be above linux.resources.cpu.quota", refusal.Message);
    }

    [Fact]
    public void An_idle_cgroup_has_no_weight()
    {
        using ScratchV2Cgroup scratch = new("cpu");
        scratch.Create(new LinuxResources { Cpu = new() { Shares = 2048, Idle = 1 } });
        Assert.Equal("1", scratch["cpu.idle"]);
        scratch.Cgroup.Update(new LinuxResources { Cpu = new() { Shares = 2048, Idle = 1 } });
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => scratch.Cgroup.Update(new LinuxResources { Cpu = new() { Shares = 2048 } }));
        Assert.Contains("the cgroup is idle", refusal.Message);
        scratch.Cgroup.Update(new LinuxResources { Cpu = new() { Shares = 2048, Idle = 0 } });
        Assert.Equal(["0", "174"], [scratch["cpu.idle"], scratch["cpu.weight"]]);
    }

    [Fact]
    public void Files_are_set_by_name_and_line()
    {
        using ScratchV2Cgroup scratch = new("memory", "cpuset");
        scratch.Create(new LinuxResources
        {
            Unified = new Dictionary<string, string> { ["memory.high"] = "50331648\n", ["cgroup.max.depth"] = "5", ["memory.oom.group"] = "1", ["cpuset.cpus"] = "" },
        });
        Assert.Equal(["50331648", "5", "1"], [scratch["memory.high"], scratch["cgroup.max.depth"], scratch["memory.oom.group"]]);
        CofferdamException refusal = Assert.Throws<CofferdamException>(
            () => scratch.Cgroup.Update(new LinuxResources { Unified = new Dictionary<string, string> { ["memory.nosuch"] = "1" } }));
        Assert.StartsWith($"linux.resources.unified['memory.nosuch']: writing '1' to '{scratch.Path}/memory.nosuch': ENOENT", refusal.Message);
        refusal = Assert.Throws<CofferdamException>(
            () => scratch.Cgroup.Update(new LinuxResources { Unified = new Dictionary<string, string> { ["memory.high"] = "much" } }));
        Assert.StartsWith("linux.resources.unified['memory.high']: writing 'much' to ", refusal.Message);
    }

    [Fact]
    public void A_controller_that_is_not_enabled_above_is_named_with_the_place()
    {
        using ScratchV2Cgroup scratch = new("memory", "pids");
        scratch.Create();
        File.WriteAllText(scratch.Parent + "/cgroup.subtree_control", "-memory");
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => scratch.Cgroup.Update(new LinuxResources { Memory = new() { Limit = 64 << 20 } }));
        Assert.Equal(
            $"linux.resources.memory.limit: cgroup controller 'memory' is not available in '{scratch.Path}': it is not enabled in '{scratch.Parent}/cgroup.subtree_control'",
            refusal.Message);
        scratch.Cgroup.Update(new LinuxResources { Pids = new() { Limit = 5 }, Memory = new() { Limit = -1 } });
    }

    [Fact]
    public void The_counters_of_a_working_cgroup_are_read()
    {
        using ScratchV2Cgroup scratch = new("cpu", "memory", "pids", "cpuset");
        scratch.Create(new LinuxResources
        {
            Memory = new() { Limit = 256 << 20 },
            Cpu = new() { Quota = 10000, Period = 100000 },
            Pids = new() { Limit = 50 },
        });
        scratch.RunUntilReady("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo ready; read x < <(sleep 1000)");
        CgroupStats stats = scratch.Cgroup.ReadStats();
        Assert.True(stats.Cpu.TotalUsage > 1_000_000, "cpu");
        Assert.True(stats.Cpu.UsageInUser + stats.Cpu.UsageInKernel > 0, "cpu modes");
        Assert.True(stats.Cpu.Periods > 0 && stats.Cpu.ThrottledPeriods > 0 && stats.Cpu.ThrottledTime > 0, "throttling");
        Assert.True(stats.Memory.Usage.Usage > 0, "memory");
        Assert.Equal(256ul << 20, stats.Memory.Usage.Limit);
        Assert.True(stats.Memory.Raw.ContainsKey("anon"));
        Assert.NotNull(stats.Memory.Events);
        Assert.True(stats.Pids.Current > 0);
        Assert.Equal(50ul, stats.Pids.Limit);
        Assert.NotEmpty(stats.Cpuset.Cpus);
        if (File.Exists(scratch.Path + "/cpu.pressure")) Assert.NotNull(stats.Cpu.Pressure);
    }

    [Fact]
    public void Stats_of_a_cgroup_that_is_gone_are_zero()
    {
        using ScratchV2Cgroup scratch = new();
        Assert.Equal(0ul, scratch.Cgroup.ReadStats().Cpu.TotalUsage);
        Assert.Equal(0ul, scratch.Cgroup.ReadOomKillCount());
    }

    [Fact]
    public void Running_out_of_memory_is_notified_and_counted()
    {
        using ScratchV2Cgroup scratch = new("memory");
        scratch.Create(new LinuxResources { Memory = new() { Limit = 16 << 20, Swap = 16 << 20 } });
        using CgroupNotification notification = scratch.Cgroup.OpenOomNotification();
        Assert.False(notification.Wait(TimeSpan.Zero));
        ChildProcess child = scratch.Run("exec dd if=/dev/zero of=/dev/null bs=64M count=1 2>/dev/null");
        bool taken = false;
        while (!taken)
        {
            Assert.True(notification.Wait(TimeSpan.FromSeconds(60)));
            taken = notification.Take();
        }

        Assert.NotNull(child.Wait(TimeSpan.FromSeconds(60)));
        Assert.True(scratch.Cgroup.ReadOomKillCount() >= 1);
        Assert.True(scratch.Cgroup.ReadStats().Memory.Events!.OomKill >= 1);
    }
}
