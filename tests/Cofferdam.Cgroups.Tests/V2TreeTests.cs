using Cofferdam.Cgroups.V2;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Tests;

/// <summary>What is written and read, with plain files in the place of the kernel's.</summary>
public sealed class V2TreeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("cofferdam-v2-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_new_container_writes_only_what_is_set()
    {
        Give("cpu.weight", "cpu.max", "cpu.max.burst", "cpu.idle", "memory.max", "memory.swap.max", "memory.low", "pids.max", "io.max", "io.weight", "cpuset.cpus", "cpuset.mems", "rdma.max", "hugetlb.2MB.max", "hugetlb.2MB.rsvd.max");
        Write(new LinuxResources
        {
            Cpu = new() { Shares = 1024, Quota = 50000, Burst = 1000, Cpus = "0-1" },
            Memory = new() { Limit = 1 << 30, Swap = 3L << 30, Reservation = 1 << 20 },
            Pids = new() { Limit = 0 },
            BlockIo = new() { Weight = 500, ThrottleReadBpsDevice = [new() { Major = 8, Minor = 0, Rate = 1000 }], ThrottleWriteIopsDevice = [new() { Major = 8, Minor = 16, Rate = 0 }] },
            HugepageLimits = [new() { PageSize = "2MB", Limit = 4 << 20 }],
            Rdma = new Dictionary<string, RdmaLimit> { ["mlx5_1"] = new() { HcaHandles = 3 } },
        });
        Assert.Equal("100", this["cpu.weight"]);
        Assert.Equal("50000 100000", this["cpu.max"]);
        Assert.Equal("1000", this["cpu.max.burst"]);
        Assert.Equal("", this["cpu.idle"]);
        Assert.Equal("0-1", this["cpuset.cpus"]);
        Assert.Equal("", this["cpuset.mems"]);
        Assert.Equal("1073741824", this["memory.max"]);
        Assert.Equal("2147483648", this["memory.swap.max"]);
        Assert.Equal("1048576", this["memory.low"]);
        Assert.Equal("0", this["pids.max"]);
        Assert.Equal("4950", this["io.weight"]);
        Assert.Equal("8:16 wiops=max", this["io.max"][^14..]);
        Assert.Equal("4194304", this["hugetlb.2MB.max"]);
        Assert.Equal("4194304", this["hugetlb.2MB.rsvd.max"]);
        Assert.Equal("mlx5_1 hca_handle=3", this["rdma.max"]);
    }

    [Fact]
    public void No_limit_is_what_a_new_cgroup_has()
    {
        Give("memory.max", "memory.swap.max", "pids.max");
        Write(new LinuxResources { Memory = new() { Limit = -1 }, Pids = new() { Limit = -1 } });
        Assert.Equal(["", "", ""], [this["memory.max"], this["memory.swap.max"], this["pids.max"]]);
        Write(new LinuxResources { Memory = new() { Limit = -1 }, Pids = new() { Limit = -1 } }, isWhole: false);
        Assert.Equal(["max", "max", "max"], [this["memory.max"], this["memory.swap.max"], this["pids.max"]]);
    }

    [Fact]
    public void BFQ_takes_the_weight_as_it_is()
    {
        Give("io.weight", "io.bfq.weight");
        Write(new LinuxResources { BlockIo = new() { Weight = 500 } });
        Assert.Equal("500", this["io.bfq.weight"]);
        Assert.Equal("", this["io.weight"]);
        File.Delete(_root + "/io.bfq.weight");
        Write(new LinuxResources { BlockIo = new() { WeightDevice = [new() { Major = 8, Minor = 0, Weight = 100 }] } });
        Assert.Equal("8:0 910", this["io.weight"]);
        File.Delete(_root + "/io.weight");
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => Write(new LinuxResources { BlockIo = new() { Weight = 500 } }));
        Assert.Contains("weights need the BFQ scheduler or the iocost controller", refusal.Message);
    }

    [Fact]
    public void Without_swap_accounting_only_a_real_limit_of_swap_is_refused()
    {
        Give("memory.max");
        Write(new LinuxResources { Memory = new() { Limit = 100, Swap = 100 } });
        Write(new LinuxResources { Memory = new() { Limit = 100, Swap = -1 } }, isWhole: false);
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => Write(new LinuxResources { Memory = new() { Limit = 100, Swap = 200 } }));
        Assert.StartsWith("linux.resources.memory.swap: writing '100' to ", refusal.Message);
        Assert.Contains("the kernel counts no swap", refusal.Message);
    }

    [Fact]
    public void A_limit_below_what_is_in_use_is_refused_if_asked_to_check()
    {
        Give("memory.max", "memory.swap.max");
        File.WriteAllText(_root + "/memory.current", "5000\n");
        CofferdamException refusal = Assert.Throws<CofferdamException>(
            () => Write(new LinuxResources { Memory = new() { Limit = 4096, CheckBeforeUpdate = true } }, isWhole: false));
        Assert.Equal("linux.resources.memory.limit: 4096 is not above the 5000 bytes in use (checkBeforeUpdate)", refusal.Message);
        Write(new LinuxResources { Memory = new() { Limit = 8192, CheckBeforeUpdate = true } }, isWhole: false);
    }

    [Fact]
    public void Settings_of_v1_are_warned_of()
    {
        List<string> warnings = [];
        Write(
            new LinuxResources
            {
                Memory = new() { Swappiness = 10, DisableOomKiller = true, Kernel = 5 },
                Cpu = new() { RealtimeRuntime = 5, RealtimePeriod = 6 },
                BlockIo = new() { LeafWeight = 7 },
            },
            warnings: warnings);
        Assert.Equal(
            [
                "linux.resources.memory.kernel: ignored, as the specification recommends",
                "linux.resources.memory.swappiness: ignored, because cgroup v2 has no such setting",
                "linux.resources.memory.disableOOMKiller: ignored, because cgroup v2 has no such setting",
                "linux.resources.blockIO.leafWeight: ignored, because cgroup v2 has no such setting",
                "linux.resources.cpu.realtimeRuntime: ignored, because cgroup v2 has no such setting",
                "linux.resources.cpu.realtimePeriod: ignored, because cgroup v2 has no such setting",
            ],
            warnings);
    }

    [Theory]
    [InlineData("a/b", "must be the name of a file in the cgroup")]
    [InlineData("..", "must be the name of a file in the cgroup")]
    [InlineData("", "must be the name of a file in the cgroup")]
    [InlineData("memory", "must be of the form controller.parameter")]
    [InlineData(".max", "must be of the form controller.parameter")]
    public void Unified_names_files_of_the_cgroup_only(string name, string complaint)
    {
        LinuxResources resources = new() { Unified = new Dictionary<string, string> { [name] = "1" } };
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => new CgroupV2(_root, _root + "/c").Create(resources));
        Assert.Equal($"linux.resources.unified['{name}']: {complaint}", refusal.Message);
        Assert.False(Directory.Exists(_root + "/c"));
    }

    [Fact]
    public void Stats_are_in_the_terms_of_v1()
    {
        File.WriteAllText(_root + "/cpu.stat", "usage_usec 30\nuser_usec 20\nsystem_usec 10\nnr_periods 4\nnr_throttled 3\nthrottled_usec 2\nnr_bursts 1\nburst_usec 5\n");
        File.WriteAllText(_root + "/cpu.pressure", "some avg10=1.50 avg60=0.25 avg300=0.01 total=77\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=3\n");
        File.WriteAllText(_root + "/memory.stat", "anon 100\nfile 200\nkernel 50\nsock 7\n");
        File.WriteAllText(_root + "/memory.current", "1000\n");
        File.WriteAllText(_root + "/memory.peak", "2000\n");
        File.WriteAllText(_root + "/memory.max", "4096\n");
        File.WriteAllText(_root + "/memory.events", "low 1\nhigh 2\nmax 3\noom 4\noom_kill 5\noom_group_kill 6\n");
        File.WriteAllText(_root + "/memory.swap.current", "10\n");
        File.WriteAllText(_root + "/memory.swap.max", "100\n");
        File.WriteAllText(_root + "/pids.current", "9\n");
        File.WriteAllText(_root + "/pids.max", "max\n");
        File.WriteAllText(_root + "/misc.current", "res_a 3\nres_b 0\n");
        File.WriteAllText(_root + "/misc.events", "res_a.max 2\n");
        File.WriteAllText(_root + "/cpuset.cpus.effective", "0-2\n");
        using V2Directory directory = V2Directory.Open(_root);
        CgroupStats stats = StatsFiles.Read(directory);
        Assert.Equal((30000ul, 20000ul, 10000ul), (stats.Cpu.TotalUsage, stats.Cpu.UsageInUser, stats.Cpu.UsageInKernel));
        Assert.Equal((4ul, 3ul, 2000ul, 1ul, 5000ul), (stats.Cpu.Periods, stats.Cpu.ThrottledPeriods, stats.Cpu.ThrottledTime, stats.Cpu.BurstPeriods, stats.Cpu.BurstTime));
        Assert.Equal(new PressureStats(new(1.5, 0.25, 0.01, 77), new(0, 0, 0, 3)), stats.Cpu.Pressure);
        Assert.Null(stats.Memory.Pressure);
        Assert.Equal(new MemoryCounter(1000, 2000, 3, 4096), stats.Memory.Usage);
        Assert.Equal(new MemoryCounter(10, 0, 0, 100), stats.Memory.SwapOnlyUsage);
        Assert.Equal(new MemoryCounter(1010, 0, 0, 4196), stats.Memory.SwapUsage);
        Assert.Equal(200ul, stats.Memory.Cache);
        Assert.Equal(new MemoryEventCounts { Low = 1, High = 2, Max = 3, Oom = 4, OomKill = 5, OomGroupKill = 6 }, stats.Memory.Events);
        Assert.Equal((9ul, 0ul), (stats.Pids.Current, stats.Pids.Limit));
        Assert.Equal([new("res_a", new MiscStats(3, 2)), new("res_b", new MiscStats(0, 0))], stats.Misc);
        Assert.Equal([0, 1, 2], stats.Cpuset.Cpus);
    }

    [Fact]
    public void Block_counters_are_read_by_device_and_operation()
    {
        BlkioStats stats = IoStatFile.Parse(
            "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6 cost.usage=7 cost.wait=8 cost.indebt=9 cost.indelay=10\n254:16\n7:0 \n8:16 rbytes=11 wbytes=0 rios=1 wios=0 dbytes=0 dios=0");
        Assert.Equal(
            [new(8, 0, "Read", 1), new(8, 0, "Write", 2), new(8, 0, "Discard", 5), new(8, 16, "Read", 11), new(8, 16, "Write", 0), new(8, 16, "Discard", 0)],
            stats.ServiceBytes);
        Assert.Equal([3ul, 4ul, 6ul, 1ul, 0ul, 0ul], stats.Serviced.Select(e => e.Value));
        Assert.Equal([new IoCostStats(8, 0, 7, 8, 9, 10)], stats.Cost);
    }

    private string this[string file] => File.ReadAllText($"{_root}/{file}");

    private void Give(params string[] files)
    {
        foreach (string file in files) File.WriteAllText($"{_root}/{file}", "");
    }

    private void Write(LinuxResources resources, bool isWhole = true, List<string>? warnings = null)
    {
        using V2Directory directory = V2Directory.Open(_root);
        V2Change change = new(isWhole, IsFresh: isWhole, warnings);
        foreach (V2Controller controller in V2Controllers.Create())
        {
            controller.Validate(resources);
            controller.Warn(resources, change);
            controller.Apply(directory, resources, change);
        }
    }
}
