using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Tests;

/// <summary>What the kernel's files say after resources were applied and updated.</summary>
public sealed class ResourcesTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void Memory_limits_are_set_and_moved_both_ways_in_the_order_the_kernel_wants()
    {
        using ScratchCgroup scratch = new();
        scratch.Create(Memory(new() { Limit = 64 * MiB, Swap = 64 * MiB, Reservation = 32 * MiB, Swappiness = 10, DisableOomKiller = true }));
        Assert.Equal($"{64 * MiB}", scratch["memory", "memory.limit_in_bytes"]);
        Assert.Equal($"{64 * MiB}", scratch["memory", "memory.memsw.limit_in_bytes"]);
        Assert.Equal($"{32 * MiB}", scratch["memory", "memory.soft_limit_in_bytes"]);
        Assert.Equal("10", scratch["memory", "memory.swappiness"]);
        Assert.Contains("oom_kill_disable 1", scratch["memory", "memory.oom_control"]);

        foreach ((long limit, long swap) in new[] { (128, 256), (32, 32), (32, 512), (400, 400), (16, 399), (16, 16) })
        {
            scratch.Cgroup.Update(Memory(new() { Limit = limit * MiB, Swap = swap * MiB }));
            Assert.Equal($"{limit * MiB}", scratch["memory", "memory.limit_in_bytes"]);
            Assert.Equal($"{swap * MiB}", scratch["memory", "memory.memsw.limit_in_bytes"]);
        }

        scratch.Cgroup.Update(Memory(new() { Limit = -1, DisableOomKiller = false }));
        Assert.True(scratch.Cgroup.ReadStats().Memory.Usage.Limit > (ulong)MiB << 30);
        Assert.True(scratch.Cgroup.ReadStats().Memory.SwapUsage.Limit > (ulong)MiB << 30);
        Assert.Contains("oom_kill_disable 0", scratch["memory", "memory.oom_control"]);
    }

    [Fact]
    public void What_an_earlier_container_left_in_a_cgroup_is_overwritten()
    {
        using ScratchCgroup scratch = new();
        scratch.Create(new() { Memory = new() { Limit = 64 * MiB, Swap = 64 * MiB }, Devices = [new() { Allow = true, Access = "rwm" }] });
        ICgroup second = CgroupFactory.ForSpec(scratch.SpecPath, "c2");
        LinuxResources resources = Memory(new() { Limit = 128 * MiB, Swap = -1 });
        second.Create(resources);
        second.Apply(resources);
        Assert.Equal($"{128 * MiB}", scratch["memory", "memory.limit_in_bytes"]);
        Assert.True(second.ReadStats().Memory.SwapUsage.Limit > (ulong)MiB << 30);
        Assert.DoesNotContain("a *:*", scratch["devices", "devices.list"]);
    }

    [Fact]
    public void A_memory_limit_above_the_swap_limit_is_refused_with_a_hint()
    {
        using ScratchCgroup scratch = new();
        scratch.Create(Memory(new() { Limit = 64 * MiB, Swap = 64 * MiB }));
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => scratch.Cgroup.Update(Memory(new() { Limit = 65 * MiB })));
        Assert.StartsWith($"linux.resources.memory.limit: writing '{65 * MiB}' to '", refusal.Message);
        Assert.EndsWith("EINVAL (invalid argument) (hint: it may not be above memory.swap; set both)", refusal.Message);
    }

    [Fact]
    public void A_limit_below_the_use_is_refused_when_asked_to_check()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        scratch.RunUntilReady("x=$(head -c 8000000 /dev/zero | tr '\\0' x); echo ready; sleep 100; :");
        CofferdamException refusal = Assert.Throws<CofferdamException>(
            () => scratch.Cgroup.Update(Memory(new() { Limit = MiB, CheckBeforeUpdate = true })));
        Assert.StartsWith("linux.resources.memory.limit: 1048576 is below the current usage ", refusal.Message);
    }

    [Fact]
    public void Kernel_memory_is_ignored_with_a_warning()
    {
        using ScratchCgroup scratch = new();
        List<string> warnings = [];
        LinuxResources resources = Memory(new() { Kernel = MiB, KernelTcp = MiB });
        scratch.Cgroup.Create(resources);
        scratch.Cgroup.Apply(resources, warnings);
        Assert.Collection(warnings, w => Assert.StartsWith("linux.resources.memory.kernel: ", w), w => Assert.StartsWith("linux.resources.memory.kernelTCP: ", w));
    }

    [Fact]
    public void Cpu_values_are_set_and_changed_against_each_other()
    {
        using ScratchCgroup scratch = new();
        scratch.Create(Cpu(new() { Shares = 512, Quota = 50000, Period = 200000, Burst = 10000, Cpus = "0", Mems = "0" }));
        Assert.Equal("512", scratch["cpu", "cpu.shares"]);
        Assert.Equal("50000", scratch["cpu", "cpu.cfs_quota_us"]);
        Assert.Equal("200000", scratch["cpu", "cpu.cfs_period_us"]);
        Assert.Equal("10000", scratch["cpu", "cpu.cfs_burst_us"]);
        Assert.Equal("0", scratch["cpuset", "cpuset.cpus"]);
        Assert.Equal("0", scratch["cpuset", "cpuset.mems"]);

        // A burst above the old quota fits only after the new quota.
        scratch.Cgroup.Update(Cpu(new() { Quota = 90000, Burst = 80000, Period = 100000, Shares = 1024 }));
        Assert.Equal("80000", scratch["cpu", "cpu.cfs_burst_us"]);
        Assert.Equal("100000", scratch["cpu", "cpu.cfs_period_us"]);
        scratch.Cgroup.Update(Cpu(new() { Burst = 0, Quota = -1 }));
        Assert.Equal("-1", scratch["cpu", "cpu.cfs_quota_us"]);
    }

    [Fact]
    public void A_period_that_does_not_fit_the_parents_quota_waits_for_the_quota()
    {
        using ScratchCgroup scratch = new();
        scratch.Create(Cpu(new() { Quota = 50000, Period = 100000 }));
        string parent = Path.GetDirectoryName(scratch.Cgroup.Paths["cpu"])!;
        Files.Write(parent + "/cpu.cfs_quota_us", "50000");
        // 50000 of 10000 would be five CPUs where the parent has a half.
        scratch.Cgroup.Update(Cpu(new() { Quota = 5000, Period = 10000 }));
        Assert.Equal("10000", scratch["cpu", "cpu.cfs_period_us"]);
        Assert.Equal("5000", scratch["cpu", "cpu.cfs_quota_us"]);
    }

    [Fact]
    public void Idle_goes_on_and_off_beside_shares()
    {
        using ScratchCgroup scratch = new();
        scratch.Create(Cpu(new() { Idle = 1 }));
        Assert.Equal("1", scratch["cpu", "cpu.idle"]);
        scratch.Cgroup.Update(Cpu(new() { Idle = 0, Shares = 300 }));
        Assert.Equal("0", scratch["cpu", "cpu.idle"]);
        Assert.Equal("300", scratch["cpu", "cpu.shares"]);
    }

    [Fact]
    public void A_new_cpuset_has_its_parents_cpus_all_the_way_down()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        string root = Files.ReadText("/sys/fs/cgroup/cpuset/cpuset.cpus").Trim();
        Assert.Equal(root, scratch["cpuset", "cpuset.cpus"]);
        Assert.Equal(root, Files.ReadText(Path.GetDirectoryName(scratch.Cgroup.Paths["cpuset"]) + "/cpuset.cpus").Trim());
        Assert.NotEmpty(scratch["cpuset", "cpuset.mems"]);
    }

    [Fact]
    public void A_configured_cpuset_does_not_touch_what_a_sibling_holds_exclusively()
    {
        using ScratchCgroup scratch = new();
        if (KernelText.Ranges(Files.ReadText("/sys/fs/cgroup/cpuset/cpuset.cpus")).Count < 2) Assert.Skip("needs two CPUs");
        scratch.Create(Cpu(new() { Cpus = "1" }));
        string parent = Path.GetDirectoryName(scratch.Cgroup.Paths["cpuset"])!;
        string sibling = parent + "/sibling";
        Directory.CreateDirectory(sibling);
        try
        {
            if (!Files.TryWrite(parent + "/cpuset.cpu_exclusive", "1", out _)) Assert.Skip("another cpuset of this machine overlaps");
            Files.Write(sibling + "/cpuset.cpus", "0");
            Files.Write(sibling + "/cpuset.cpu_exclusive", "1");
            scratch.Cgroup.Remove();
            ICgroup again = CgroupFactory.ForSpec(scratch.SpecPath, "c1");
            again.Create(Cpu(new() { Cpus = "1" }));
            Assert.Equal("1", scratch["cpuset", "cpuset.cpus"]);
        }
        finally
        {
            Files.TryRmdir(sibling, out _);
        }
    }

    [Theory]
    [InlineData(100L, "100")]
    [InlineData(0L, "0")]
    [InlineData(-1L, "max")]
    public void Pids_limits(long limit, string expected)
    {
        using ScratchCgroup scratch = new();
        scratch.Create(new() { Pids = new() { Limit = limit } });
        Assert.Equal(expected, scratch["pids", "pids.max"]);
        Assert.Equal((ulong)Math.Max(limit, 0), scratch.Cgroup.ReadStats().Pids.Limit);
    }

    [Fact]
    public void A_program_with_a_limit_of_no_tasks_runs_but_forks_nothing()
    {
        using ScratchCgroup scratch = new();
        scratch.Create(new() { Pids = new() { Limit = 0 } });
        ChildProcess child = scratch.Run("exec timeout 5 true 2>/dev/null");
        // What timeout(1) answers when fork(2) refuses it.
        Assert.Equal(125, child.Wait(TimeSpan.FromSeconds(10))!.Value.Code);
    }

    [Fact]
    public void Throttles_are_set_by_device_and_taken_away()
    {
        using ScratchCgroup scratch = new();
        string? device = Directory.EnumerateDirectories("/sys/block").Select(d => File.ReadAllText(d + "/dev").Trim()).FirstOrDefault();
        if (device is null) Assert.Skip("no block device");
        long[] number = [.. device.Split(':').Select(long.Parse)];
        IReadOnlyList<ThrottleDevice> rate = [new() { Major = number[0], Minor = number[1], Rate = 1 << 20 }];
        LinuxResources Rates(IReadOnlyList<ThrottleDevice> r) => new()
        {
            BlockIo = new() { ThrottleReadBpsDevice = r, ThrottleWriteBpsDevice = r, ThrottleReadIopsDevice = r, ThrottleWriteIopsDevice = r },
        };
        scratch.Create(Rates(rate));
        foreach (string kind in new[] { "read_bps", "write_bps", "read_iops", "write_iops" })
            Assert.Equal($"{device} {1 << 20}", scratch["blkio", $"blkio.throttle.{kind}_device"]);
        scratch.Cgroup.Update(Rates([rate[0] with { Rate = 0 }]));
        Assert.Equal("", scratch["blkio", "blkio.throttle.read_bps_device"]);
    }

    [Fact]
    public void A_weight_without_a_scheduler_that_knows_weights_is_explained()
    {
        using ScratchCgroup scratch = new();
        if (File.Exists("/sys/fs/cgroup/blkio/blkio.bfq.weight") || File.Exists("/sys/fs/cgroup/blkio/blkio.weight")) Assert.Skip("the kernel has weights");
        scratch.Create();
        LinuxResources resources = new() { BlockIo = new() { Weight = 500 } };
        if (Files.Exists(scratch.PathOf("blkio", "blkio.bfq.weight")))
        {
            scratch.Cgroup.Update(resources);
            Assert.EndsWith("500", scratch["blkio", "blkio.bfq.weight"]);
            return;
        }

        CofferdamException refusal = Assert.Throws<CofferdamException>(() => scratch.Cgroup.Update(resources));
        Assert.StartsWith("linux.resources.blockIO.weight: ", refusal.Message);
        Assert.Contains("BFQ", refusal.Message);
    }

    [Fact]
    public void Device_rules_start_from_the_defaults_and_change_without_a_gap()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        string defaults = scratch["devices", "devices.list"];
        Assert.Equal(11, defaults.Split('\n').Length);
        Assert.Contains("c 10:200 rwm", defaults);

        DeviceRule fuse = new() { Allow = true, Type = DeviceType.Char, Major = 10, Minor = 229, Access = "rw" };
        scratch.Cgroup.Update(new() { Devices = [fuse] });
        Assert.Contains("c 10:229 rw", scratch["devices", "devices.list"]);
        scratch.Cgroup.Update(new() { Pids = new() { Limit = 5 } });
        Assert.Contains("c 10:229 rw", scratch["devices", "devices.list"]);

        // Opens /dev/null all the time; a rule set that is torn down and built up again would refuse it sooner or later.
        ChildProcess child = scratch.RunUntilReady("echo ready; trap 'exit 0' TERM; while :; do { : < /dev/null; } 2>/dev/null || exit 9; done");
        for (int i = 0; i < 300; i++) scratch.Cgroup.Update(new() { Devices = i % 2 == 0 ? [fuse with { Access = "rwm" }] : [fuse with { Minor = 230 }] });
        scratch.Cgroup.KillAll(15);
        Assert.Equal(0, child.Wait(TimeSpan.FromSeconds(10))!.Value.Code);
        Assert.DoesNotContain("10:229", scratch["devices", "devices.list"]);
    }

    [Fact]
    public void A_privileged_container_may_use_all_devices()
    {
        using ScratchCgroup scratch = new();
        scratch.Create(new() { Devices = [new() { Allow = true, Access = "rwm" }] });
        Assert.Equal("a *:* rwm", scratch["devices", "devices.list"]);
        scratch.Cgroup.Update(new() { Devices = [new() { Allow = false, Access = "rwm" }] });
        Assert.Contains("c 1:3 rwm", scratch["devices", "devices.list"]);
    }

    [Fact]
    public void A_denied_device_is_denied()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        ChildProcess child = scratch.Run("{ : < /dev/kmsg; } 2>/dev/null && exit 1; { : < /dev/zero; } || exit 2; exit 0");
        Assert.Equal(0, child.Wait(TimeSpan.FromSeconds(10))!.Value.Code);
    }

    private static LinuxResources Memory(MemoryResources memory) => new() { Memory = memory };

    private static LinuxResources Cpu(CpuResources cpu) => new() { Cpu = cpu };
}
