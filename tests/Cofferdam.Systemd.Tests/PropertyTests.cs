using Cofferdam.Cgroups.Systemd;
using Cofferdam.Spec;

namespace Cofferdam.Systemd.Tests;

public sealed class PropertyTests
{
    private static LinuxResources Everything { get; } = new()
    {
        Memory = new MemoryResources { Limit = 1 << 20, Reservation = 1 << 19, Swap = 3 << 20 },
        Cpu = new CpuResources { Shares = 1024, Quota = 12_345, Period = 50_000, Cpus = "0-2,9", Mems = "0" },
        Pids = new PidsResources { Limit = 100 },
        BlockIo = new BlockIoResources { Weight = 500 },
    };

    [Fact]
    public void Limits_on_v2() => Assert.Equal(
        """
        MemoryMax t 1048576
        MemoryLow t 524288
        MemorySwapMax t 2097152
        CPUWeight t 100
        CPUQuotaPeriodUSec t 50000
        CPUQuotaPerSecUSec t 250000
        AllowedCPUs ay [7, 2]
        AllowedMemoryNodes ay [1]
        IOWeight t 4950
        TasksMax t 100
        """,
        V2(Everything));

    [Fact]
    public void Limits_on_v1() => Assert.Equal(
        """
        MemoryLimit t 1048576
        CPUShares t 1024
        CPUQuotaPeriodUSec t 50000
        CPUQuotaPerSecUSec t 250000
        BlockIOWeight t 500
        TasksMax t 100
        """,
        V1(Everything));

    [Fact]
    public void No_limit_is_told_too()
    {
        LinuxResources none = new()
        {
            Memory = new MemoryResources { Limit = -1, Reservation = -1, Swap = -1 },
            Cpu = new CpuResources { Quota = -1 },
            Pids = new PidsResources { Limit = -1 },
        };
        const string max = "18446744073709551615";
        Assert.Equal($"MemoryMax t {max}\nMemoryLow t {max}\nMemorySwapMax t {max}\nCPUQuotaPerSecUSec t {max}\nTasksMax t {max}", V2(none));
        Assert.Equal($"MemoryLimit t {max}\nCPUQuotaPerSecUSec t {max}\nTasksMax t {max}", V1(none));
    }

    [Fact]
    public void What_is_unset_is_not_told()
    {
        LinuxResources zeros = new()
        {
            Memory = new MemoryResources { Limit = 0, Swap = 0 },
            Cpu = new CpuResources { Shares = 0, Quota = 0, Period = 0, Cpus = "" },
            BlockIo = new BlockIoResources { Weight = 0 },
        };
        Assert.Equal("", V2(zeros));
        Assert.Equal("", V1(zeros));
    }

    // Zero is a limit since runtime-spec 1.3, and an invalid value to systemd.
    [Fact]
    public void No_tasks_are_one_for_systemd() => Assert.Equal("TasksMax t 1", V2(new LinuxResources { Pids = new PidsResources { Limit = 0 } }));

    [Fact]
    public void Idle_is_a_weight_of_zero() =>
        Assert.Equal("CPUWeight t 0", V2(new LinuxResources { Cpu = new CpuResources { Idle = 1, Shares = 2048 } }));

    [Fact]
    public void Unified_overrides()
    {
        LinuxResources resources = Everything with
        {
            Unified = new Dictionary<string, string>
            {
                ["memory.max"] = "max",
                ["memory.high"] = "4096",
                ["memory.min"] = "1",
                ["cpu.max"] = "max 20000",
                ["cpu.weight"] = "7",
                ["cpuset.cpus"] = "0-31:2/8",
                ["io.weight"] = "default 33",
                ["pids.max"] = "0",
                ["hugetlb.2MB.max"] = "0",
                ["memory.oom.group"] = "1",
            },
        };
        Assert.Equal(
            """
            AllowedCPUs ay [7, 2]
            AllowedMemoryNodes ay [1]
            CPUQuotaPerSecUSec t 18446744073709551615
            CPUQuotaPeriodUSec t 20000
            CPUWeight t 7
            IOWeight t 33
            MemoryHigh t 4096
            MemoryLow t 524288
            MemoryMax t 18446744073709551615
            MemoryMin t 1
            MemorySwapMax t 2097152
            TasksMax t 1
            """,
            string.Join('\n', V2(resources).Split('\n').Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void An_update_completes_what_is_not_given()
    {
        LinuxResources quota = new() { Cpu = new CpuResources { Quota = 10_000 } };
        Assert.Equal("CPUQuotaPeriodUSec t 20000\nCPUQuotaPerSecUSec t 500000", V2(quota, f => f == "cpu.max" ? "max 20000" : null));
        Assert.Equal("CPUQuotaPeriodUSec t 20000\nCPUQuotaPerSecUSec t 500000", V1(quota, f => f == "cpu.cfs_period_us" ? "20000" : null));
        LinuxResources period = new() { Cpu = new CpuResources { Period = 20_000 } };
        Assert.Equal("CPUQuotaPeriodUSec t 20000\nCPUQuotaPerSecUSec t 500000", V2(period, f => f == "cpu.max" ? "10000 100000" : null));
        Assert.Equal("CPUQuotaPeriodUSec t 20000\nCPUQuotaPerSecUSec t 18446744073709551615", V2(period, f => f == "cpu.max" ? "max 100000" : null));
        LinuxResources swap = new() { Memory = new MemoryResources { Swap = 5000 } };
        Assert.Equal("MemorySwapMax t 123", V2(swap, f => f == "memory.swap.max" ? "123" : null));
    }

    [Theory]
    [InlineData(100_000, 100_000, 1_000_000)]
    [InlineData(1, 1_000_000, 10_000)]
    [InlineData(33_333, 100_000, 340_000)]
    [InlineData(400_000, 0, 4_000_000)]
    [InlineData(long.MaxValue, 1, ulong.MaxValue)]
    public void A_quota_is_in_whole_percents(long quota, ulong period, ulong perSecond)
    {
        UnitProperties properties = new();
        CpuQuotaProperties.Set(properties, quota, period);
        Assert.EndsWith($"CPUQuotaPerSecUSec t {perSecond}", properties.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Device_rules_become_an_allow_list()
    {
        string[] lines = Devices(
            new DeviceRule { Allow = false, Access = "rwm" },
            new DeviceRule { Allow = true, Type = DeviceType.Block, Major = 8, Minor = 0, Access = "r" },
            new DeviceRule { Allow = true, Type = DeviceType.Block, Major = 8, Minor = 0, Access = "m" },
            new DeviceRule { Allow = true, Type = DeviceType.Char, Major = 188, Access = "rw" },
            new DeviceRule { Allow = true, Type = DeviceType.Char, Minor = 5, Access = "w" },
            new DeviceRule { Allow = true, Type = DeviceType.Char, Major = 4, Minor = 64, Access = "rwm" },
            new DeviceRule { Allow = false, Type = DeviceType.Char, Major = 4, Minor = 64, Access = "wm" },
            new DeviceRule { Allow = false, Type = DeviceType.Char, Major = 188, Minor = 1, Access = "rw" });
        Assert.Equal("DevicePolicy s 'strict'", lines[0]);
        Assert.StartsWith(
            "DeviceAllow a(ss) [('/dev/block/8:0', 'rm'), ('char-188', 'rw'), ('char-*', 'w'), ('/dev/char/4:64', 'r'), ('char-*', 'm'), ('block-*', 'm'), ('/dev/char/1:3', 'rwm'), ",
            lines[1], StringComparison.Ordinal);
    }

    // systemd has no denials, so what is denied beside "all" is left to our own program.
    [Fact]
    public void Allowing_all_is_no_policy() => Assert.Equal(
        ["DevicePolicy s 'auto'", "DeviceAllow a(ss) []"],
        Devices(new DeviceRule { Allow = true, Access = "rwm" }, new DeviceRule { Allow = false, Type = DeviceType.Char, Major = 1, Minor = 3 }));

    private static string[] Devices(params DeviceRule[] rules)
    {
        UnitProperties properties = new();
        DeviceProperties.Set(properties, rules);
        return properties.ToString().Split('\n');
    }

    private static string V1(LinuxResources resources, Func<string, string?>? present = null)
    {
        UnitProperties properties = new();
        V1Properties.Set(properties, resources, present);
        return properties.ToString();
    }

    private static string V2(LinuxResources resources, Func<string, string?>? present = null)
    {
        UnitProperties properties = new();
        V2Properties.Set(properties, resources, present);
        return properties.ToString();
    }
}
