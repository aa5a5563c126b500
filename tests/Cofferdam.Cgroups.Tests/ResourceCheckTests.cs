using Cofferdam.Cgroups.V1;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Tests;

/// <summary>What is refused before anything is touched, on a cgroup whose directories do not exist.</summary>
public sealed class ResourceCheckTests
{
    private const string Nowhere = "/nonexistent/cofferdam";

    [Theory]
    [MemberData(nameof(WrongValues))]
    public void A_wrong_value_is_named(string field, LinuxResources resources)
    {
        CgroupV1 cgroup = WithAll();
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => cgroup.Create(resources));
        Assert.Equal(ErrorKind.InvalidArgument, refusal.Kind);
        Assert.StartsWith($"linux.resources.{field}: ", refusal.Message);
        Assert.Equal(refusal.Message, Assert.Throws<CofferdamException>(() => cgroup.Update(resources)).Message);
    }

    public static TheoryData<string, LinuxResources> WrongValues() => new()
    {
        { "memory.limit", new() { Memory = new() { Limit = -2 } } },
        { "memory.swap", new() { Memory = new() { Limit = 2000, Swap = 1000 } } },
        { "memory.swap", new() { Memory = new() { Limit = -1, Swap = 1000 } } },
        { "memory.swappiness", new() { Memory = new() { Swappiness = 101 } } },
        { "cpu.shares", new() { Cpu = new() { Shares = 1 } } },
        { "cpu.shares", new() { Cpu = new() { Shares = 262145 } } },
        { "cpu.quota", new() { Cpu = new() { Quota = -2 } } },
        { "cpu.idle", new() { Cpu = new() { Idle = 2 } } },
        { "cpu.cpus", new() { Cpu = new() { Cpus = "zero" } } },
        { "hugepageLimits[0].pageSize", new() { HugepageLimits = [new() { PageSize = "../x", Limit = 1 }] } },
        { "hugepageLimits[0].pageSize", new() { HugepageLimits = [new() { PageSize = "2M", Limit = 1 }] } },
        { "network.priorities[0].name", new() { Network = new() { Priorities = [new() { Name = "a b" }] } } },
        { "blockIO.weightDevice[0]", new() { BlockIo = new() { WeightDevice = [new() { Major = 8 }] } } },
        { "rdma.mlx", new() { Rdma = new Dictionary<string, RdmaLimit> { ["mlx"] = new() } } },
        { "devices[0].access", new() { Devices = [new() { Access = "q" }] } },
    };

    [Theory]
    [MemberData(nameof(NeedyValues))]
    public void A_field_whose_controller_is_missing_is_named(string field, string controller, LinuxResources resources)
    {
        CgroupV1 cgroup = new(new() { ["perf_event"] = Nowhere });
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => cgroup.Create(resources));
        Assert.Equal(ErrorKind.FailedPrecondition, refusal.Kind);
        Assert.Equal($"linux.resources.{field}: cgroup controller '{controller}' is not mounted", refusal.Message);
    }

    public static TheoryData<string, string, LinuxResources> NeedyValues() => new()
    {
        { "hugepageLimits", "hugetlb", new() { HugepageLimits = [new() { PageSize = "2MB", Limit = 1 }] } },
        { "memory.limit", "memory", new() { Memory = new() { Limit = 1 } } },
        { "memory.swappiness", "memory", new() { Memory = new() { Swappiness = 0 } } },
        { "cpu.cpus", "cpuset", new() { Cpu = new() { Cpus = "0" } } },
        { "cpu.mems", "cpuset", new() { Cpu = new() { Mems = "0" } } },
        { "cpu.shares", "cpu", new() { Cpu = new() { Shares = 100 } } },
        { "pids.limit", "pids", new() { Pids = new() { Limit = 0 } } },
        { "blockIO.weight", "blkio", new() { BlockIo = new() { Weight = 10 } } },
        { "blockIO.throttleReadBpsDevice", "blkio", new() { BlockIo = new() { ThrottleReadBpsDevice = [new()] } } },
        { "network.classID", "net_cls", new() { Network = new() { ClassId = 1 } } },
        { "network.priorities", "net_prio", new() { Network = new() { Priorities = [new() { Name = "lo" }] } } },
        { "rdma", "rdma", new() { Rdma = new Dictionary<string, RdmaLimit> { ["mlx"] = new() { HcaHandles = 1 } } } },
        { "devices", "devices", new() { Devices = [new() { Access = "rwm" }] } },
    };

    [Theory]
    [MemberData(nameof(Harmless))]
    public void Values_that_ask_for_what_is_so_anyway_need_no_controller(LinuxResources resources)
    {
        CgroupV1 cgroup = new([]);
        cgroup.Update(resources);
        Assert.Empty(cgroup.Paths);
    }

    public static TheoryData<LinuxResources> Harmless() =>
    [
        new LinuxResources(),
        new LinuxResources { Memory = new() { Limit = -1, Swap = -1, Reservation = 0, DisableOomKiller = false, Swappiness = ulong.MaxValue } },
        new LinuxResources { Cpu = new() { Shares = 0, Quota = -1, Period = 100000, Cpus = "", Idle = 0 } },
        new LinuxResources { Pids = new() { Limit = -1 } },
        new LinuxResources { BlockIo = new() { Weight = 0 } },
        new LinuxResources { Network = new() { ClassId = 0 } },
    ];

    [Fact]
    public void Unified_is_refused()
    {
        LinuxResources resources = new() { Unified = new Dictionary<string, string> { ["memory.max"] = "1" } };
        Assert.StartsWith("linux.resources.unified: ", Assert.Throws<CofferdamException>(() => WithAll().Create(resources)).Message);
    }

    [Fact]
    public void A_container_without_device_rules_is_refused_unless_rootless()
    {
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => new CgroupV1([]).Apply(null));
        Assert.Equal("linux.resources.devices: cgroup controller 'devices' is not mounted", refusal.Message);
        new CgroupV1([], mayMiss: true, isRootless: true).Apply(null);
    }

    [Fact]
    public void No_manager_is_possible()
    {
        ICgroup none = CgroupFactory.ForSpec(null, "c", new() { Manager = CgroupManagerKind.Disabled });
        none.Create();
        none.Apply(null);
        none.Attach(1);
        Assert.Empty(none.OpenEntry().TaskFiles);
        Assert.False(none.Exists());
        none.Remove();
        Assert.Throws<CofferdamException>(none.Freeze);
        Assert.IsType<DisabledCgroup>(CgroupFactory.Load(none.Paths));
    }

    private static CgroupV1 WithAll()
    {
        Dictionary<string, string> paths = [];
        foreach (V1Controller controller in V1Controllers.Create()) paths[controller.Name] = Nowhere;
        return new CgroupV1(paths);
    }
}
