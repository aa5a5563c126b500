using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Tests;

public sealed class StatsTests
{
    [Fact]
    public void The_counters_of_a_working_cgroup_are_read()
    {
        using ScratchCgroup scratch = new();
        scratch.Create(new()
        {
            Memory = new() { Limit = 256 << 20, Swap = 300 << 20 },
            Cpu = new() { Quota = 10000, Period = 100000 },
            Pids = new() { Limit = 50 },
        });
        scratch.RunUntilReady("i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done; echo ready; read x < <(sleep 100)");
        CgroupStats stats = scratch.Cgroup.ReadStats();
        Assert.True(stats.Cpu.TotalUsage > 1_000_000, "cpu");
        Assert.True(stats.Cpu.UsageInUser + stats.Cpu.UsageInKernel > 0, "cpu modes");
        Assert.NotEmpty(stats.Cpu.PerCpuUsage);
        Assert.Equal(stats.Cpu.PerCpuUsage.Count, stats.Cpu.PerCpuUsageInUser.Count);
        Assert.True(stats.Cpu.ThrottledPeriods > 0 && stats.Cpu.ThrottledTime > 0, "throttling");
        Assert.True(stats.Memory.Usage.Usage > 0 && stats.Memory.Usage.MaxUsage >= stats.Memory.Usage.Usage, "memory");
        Assert.Equal(256ul << 20, stats.Memory.Usage.Limit);
        Assert.Equal(300ul << 20, stats.Memory.SwapUsage.Limit);
        Assert.Equal(44ul << 20, stats.Memory.SwapOnlyUsage.Limit);
        Assert.Equal(256ul << 20, stats.Memory.Raw["hierarchical_memory_limit"]);
        Assert.Equal(stats.Memory.Raw["cache"], stats.Memory.Cache);
        Assert.True(stats.Memory.UseHierarchy);
        Assert.True(stats.Pids.Current > 0);
        Assert.Equal(50ul, stats.Pids.Limit);
        Assert.NotEmpty(stats.Cpuset.Cpus);
        Assert.NotEmpty(stats.Cpuset.Mems);
        Assert.Equal(1ul, stats.Cpuset.SchedLoadBalance);
    }

    [Fact]
    public void Stats_of_a_cgroup_that_is_gone_are_zero()
    {
        using ScratchCgroup scratch = new();
        CgroupStats stats = scratch.Cgroup.ReadStats();
        Assert.Equal(0ul, stats.Cpu.TotalUsage);
        Assert.Equal(0ul, stats.Memory.Usage.Usage);
    }

    [Fact]
    public void Running_out_of_memory_is_notified_and_counted()
    {
        using ScratchCgroup scratch = new();
        LinuxResources limits = new() { Memory = new() { Limit = 16 << 20, Swap = 16 << 20 } };
        scratch.Create(limits);
        using CgroupNotification events = scratch.Cgroup.OpenOomNotification();
        Assert.False(events.Wait(TimeSpan.Zero));
        Assert.Equal(0ul, scratch.Cgroup.ReadOomKillCount());
        ChildProcess child = scratch.Run("exec dd if=/dev/zero of=/dev/null bs=64M count=1 2>/dev/null");
        Assert.True(events.Wait(TimeSpan.FromSeconds(20)));
        Assert.True(events.Take());
        child.Wait(TimeSpan.FromSeconds(20));
        Assert.True(scratch.Cgroup.ReadOomKillCount() >= 1);
        Assert.True(scratch.Cgroup.ReadStats().Memory.OomKills >= 1);
    }

    [Fact]
    public void The_end_of_a_cgroup_wakes_who_watches_its_memory()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        using CgroupNotification oom = scratch.Cgroup.OpenOomNotification();
        using CgroupNotification pressure = scratch.Cgroup.OpenMemoryPressureNotification(MemoryPressureLevel.Critical);
        scratch.Cgroup.Remove();
        Assert.True(oom.Wait(TimeSpan.FromSeconds(10)));
        Assert.True(pressure.Wait(TimeSpan.FromSeconds(10)));
        Assert.False(scratch.Cgroup.Exists());
    }

    [Fact]
    public void Reclaim_is_notified_as_pressure()
    {
        using ScratchCgroup scratch = new();
        scratch.Create(new() { Memory = new() { Limit = 16 << 20 } });
        using CgroupNotification events = scratch.Cgroup.OpenMemoryPressureNotification(MemoryPressureLevel.Low);
        string file = Path.GetTempFileName();
        try
        {
            scratch.Run($"head -c 200000000 /dev/zero > {file}");
            Assert.True(events.Wait(TimeSpan.FromSeconds(30)));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
