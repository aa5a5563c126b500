using Cofferdam.Containers.ResourceControl;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Tests.Resctrl;

/// <summary>The life of linux.intelRdt, on a resctrl that behaves as the kernel's does.</summary>
public sealed class ResctrlTests : KernelTest
{
    private FakeResctrl? _resctrl;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _resctrl?.Dispose();
    }

    private FakeResctrl Mount(IReadOnlyDictionary<string, int>? resources = null, bool monitors = true, int classes = 3) =>
        _resctrl = new FakeResctrl(resources, monitors, classes);

    private Container Create(IntelRdt config, ICollection<string>? warnings = null, ContainerId? id = null)
    {
        ContainerId name = id ?? NewId();
        CreateOptions options = Options(name, "exec sleep 600", spec => spec with { Linux = spec.Linux with { IntelRdt = config } });
        return Container.Create(Root, name, options with { ResctrlRoot = _resctrl!.Root, Warnings = warnings });
    }

    private string Refusal(IntelRdt config) => Assert.Throws<CofferdamException>(() => Create(config)).Message;

    private void Make(string group) => Directory.CreateDirectory($"{_resctrl!.Root}/{group}");

    private string Line(string group, string resource) =>
        Schemata.Lines(_resctrl!.Read($"{group}/schemata")).Single(l => Schemata.ResourceOf(l) == resource);

    [Fact]
    public void Without_a_closID_the_group_is_named_after_the_container_and_goes_with_it()
    {
        FakeResctrl resctrl = Mount();
        using Container container = Create(new IntelRdt { L3CacheSchema = "L3:0=7f0;1=1f", MemBwSchema = "MB:0=20;1=70" });
        Assert.Equal("L3:0=7f0;1=01f", Line(container.Id.Value, "L3"));
        Assert.Equal("MB:0= 20;1= 70", Line(container.Id.Value, "MB"));
        Assert.Equal([container.Init.Pid], resctrl.Tasks(container.Id.Value));
        container.Delete(force: true);
        Assert.False(resctrl.Has(container.Id.Value));
        AssertGone(container.Id);
    }

    [Fact]
    public void Exec_joins_the_groups_before_its_program_runs()
    {
        FakeResctrl resctrl = Mount();
        using Container container = Create(new IntelRdt { EnableMonitoring = true });
        container.Start();
        using ContainerProcess other = container.Exec(new ExecOptions { Process = ShellProcess("exec sleep 600") });
        int[] both = [.. new[] { container.Init.Pid, other.Pid }.Order()];
        Assert.Equal(both, resctrl.Tasks(container.Id.Value));
        Assert.Equal(both, resctrl.Tasks($"{container.Id}/mon_groups/{container.Id}"));
        container.Delete(force: true);
        Assert.False(resctrl.Has(container.Id.Value));
    }

    [Fact]
    public void A_group_that_exists_is_joined_and_stays()
    {
        FakeResctrl resctrl = Mount();
        Make("gold");
        using Container container = Create(new IntelRdt { ClosId = "gold" });
        Assert.Equal([container.Init.Pid], resctrl.Tasks("gold"));
        container.Delete(force: true);
        Assert.True(resctrl.Has("gold"));
    }

    [Fact]
    public void A_closID_alone_must_exist()
    {
        FakeResctrl resctrl = Mount();
        Assert.Equal(
            $"linux.intelRdt.closID: '{resctrl.Root}/gold' does not exist (hint: make it beforehand, or give a schema)",
            Refusal(new IntelRdt { ClosId = "gold" }));
    }

    [Fact]
    public void A_closID_with_a_schema_is_made_and_is_removed_when_the_last_one_has_left()
    {
        FakeResctrl resctrl = Mount();
        IntelRdt gold = new() { ClosId = "gold", L3CacheSchema = "L3:0=f0", MemBwSchema = "MB:0=25" };
        using Container first = Create(gold);
        using Container second = Create(gold with { MemBwSchema = "MB:0=22;1=100" });
        Assert.Equal("MB:0= 30;1=100", Line("gold", "MB"));
        Assert.True(first.Stored.ResctrlOwned);
        Assert.False(second.Stored.ResctrlOwned);
        first.Delete(force: true);
        Assert.Equal([second.Init.Pid], resctrl.Tasks("gold"));
        second.Delete(force: true);
        using Container third = Create(gold);
        third.Delete(force: true);
        Assert.True(resctrl.Has("gold"), "whoever made it left it to another, so it is nobody's");
    }

    [Fact]
    public void The_group_of_a_closID_that_nobody_else_has_joined_goes_with_its_maker()
    {
        FakeResctrl resctrl = Mount();
        using Container container = Create(new IntelRdt { ClosId = "gold", Schemata = ["MB:0=50"] });
        container.Delete(force: true);
        Assert.False(resctrl.Has("gold"));
    }

    [Theory]
    [InlineData("L3:0=ff", null, "l3CacheSchema: 'L3:0=ff' is not what")]
    [InlineData("L3:0=7ff;7=1", null, "l3CacheSchema: 'L3:0=7ff;7=1' is not what")]
    [InlineData(null, "MB:1=90", "memBwSchema: 'MB:1=90' is not what")]
    public void A_group_with_another_schema_is_not_joined(string? l3, string? bandwidth, string message)
    {
        Mount();
        Make("gold");
        Assert.Contains("linux.intelRdt." + message, Refusal(new IntelRdt { ClosId = "gold", L3CacheSchema = l3, MemBwSchema = bandwidth }), StringComparison.Ordinal);
    }

    [Fact]
    public void Schemata_are_written_last_and_to_a_group_that_exists_as_well()
    {
        Mount();
        Make("gold");
        using Container container = Create(new IntelRdt { ClosId = "gold", L3CacheSchema = "L3:0=7ff", Schemata = ["L3:0=1", "MB:1=40"] });
        Assert.Equal("L3:0=001;1=7ff", Line("gold", "L3"));
        Assert.Equal("MB:0=100;1= 40", Line("gold", "MB"));
    }

    [Fact]
    public void The_root_group_is_joined_and_monitored_and_kept()
    {
        FakeResctrl resctrl = Mount();
        using Container container = Create(new IntelRdt { ClosId = "/", EnableMonitoring = true });
        Assert.Equal([container.Init.Pid], resctrl.Tasks(""));
        Assert.Equal([container.Init.Pid], resctrl.Tasks($"mon_groups/{container.Id}"));
        container.Delete(force: true);
        Assert.False(resctrl.Has($"mon_groups/{container.Id}"));
        Assert.True(resctrl.Has("info"));
    }

    [Fact]
    public void Bandwidth_in_the_cache_schema_gives_way_to_its_own_field()
    {
        Mount();
        List<string> warnings = [];
        using Container container = Create(new IntelRdt { L3CacheSchema = "MB:0=10\nL3:1=3", MemBwSchema = "MB:0=60" }, warnings);
        Assert.Equal("MB:0= 60;1=100", Line(container.Id.Value, "MB"));
        Assert.Empty(warnings);
        using Container other = Create(new IntelRdt { L3CacheSchema = "L3:1=3\nMB:0=10" }, warnings);
        Assert.Equal("MB:0=100;1=100", Line(other.Id.Value, "MB"));
        Assert.Equal(["linux.intelRdt.l3CacheSchema: 'MB:0=10' is ignored (hint: it belongs into memBwSchema)"], warnings);
    }

    [Fact]
    public void Code_and_data_and_second_level_caches_are_allotted()
    {
        Mount(new Dictionary<string, int> { ["L3CODE"] = 1, ["L3DATA"] = 1, ["L2"] = 4 });
        using Container container = Create(new IntelRdt { L3CacheSchema = "L3CODE:0=f\nL3DATA:0=f0", Schemata = ["L2:0=3;3=3"] });
        Assert.Equal("L3DATA:0=0f0", Line(container.Id.Value, "L3DATA"));
        Assert.Equal("L2:0=003;1=7ff;2=7ff;3=003", Line(container.Id.Value, "L2"));
        Assert.Equal(
            "linux.intelRdt.l3CacheSchema: 'L3' is not among what this machine's resctrl allots: L2, L3CODE, L3DATA (hint: resctrl is mounted with cdp; give L3CODE and L3DATA)",
            Refusal(new IntelRdt { L3CacheSchema = "L3:0=f" }));
    }

    [Fact]
    public void What_the_machine_cannot_do_is_refused_by_field()
    {
        Mount(new Dictionary<string, int> { ["L3"] = 1 }, monitors: false);
        Assert.Equal("linux.intelRdt.memBwSchema: 'MB' is not among what this machine's resctrl allots: L3", Refusal(new IntelRdt { MemBwSchema = "MB:0=20" }));
        Assert.Equal("linux.intelRdt.schemata[1]: 'L2' is not among what this machine's resctrl allots: L3", Refusal(new IntelRdt { Schemata = ["L3:0=f", "L2:0=f"] }));
        Assert.Equal("linux.intelRdt.enableMonitoring: this machine's resctrl has no monitoring", Refusal(new IntelRdt { EnableMonitoring = true }));
    }

    [Fact]
    public void What_resctrl_refuses_is_told_in_its_words_and_nothing_is_left()
    {
        FakeResctrl resctrl = Mount();
        ContainerId id = NewId();
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => Create(new IntelRdt { L3CacheSchema = "L3:0=505" }, id: id));
        Assert.Equal(ErrorKind.InvalidArgument, refusal.Kind);
        Assert.EndsWith(
            $"linux.intelRdt.l3CacheSchema: write '{resctrl.Root}/{id}/schemata': EINVAL (invalid argument) (hint: resctrl says: The mask 505 has non-consecutive 1-bits)",
            refusal.Message,
            StringComparison.Ordinal);
        Assert.False(resctrl.Has(id.Value));
        AssertGone(id);
    }

    [Fact]
    public void When_the_classes_are_spent_the_error_says_so()
    {
        Mount(classes: 1);
        using Container container = Create(new IntelRdt());
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => Create(new IntelRdt()));
        Assert.Equal(ErrorKind.ResourceExhausted, refusal.Kind);
        Assert.Contains("ENOSPC", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("(hint: the processor has no class of service left; share one by closID)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failing_hook_leaves_no_group()
    {
        FakeResctrl resctrl = Mount();
        ContainerId id = NewId();
        CreateOptions options = Options(id, "true", static spec => spec with
        {
            Linux = spec.Linux with { IntelRdt = new IntelRdt { EnableMonitoring = true } },
            Hooks = new Spec.Hooks { CreateRuntime = [new Hook { Path = "/bin/false" }] },
        });
        Assert.Throws<CofferdamException>(() => Container.Create(Root, id, options with { ResctrlRoot = resctrl.Root }));
        Assert.False(resctrl.Has(id.Value));
    }

    [Fact]
    public void An_update_changes_the_schemata_of_a_container_that_has_a_group()
    {
        Mount();
        using Container container = Create(new IntelRdt { L3CacheSchema = "L3:0=f" });
        container.UpdateResctrl("L3:1=ff", "MB:0=40");
        Assert.Equal("L3:0=00f;1=0ff", Line(container.Id.Value, "L3"));
        Assert.Equal("MB:0= 40;1=100", Line(container.Id.Value, "MB"));
        Assert.Contains("MB value 5 out of range [10,100]", Assert.Throws<CofferdamException>(() => container.UpdateResctrl(null, "MB:0=5")).Message, StringComparison.Ordinal);
        Assert.StartsWith("linux.intelRdt.memBwSchema: must be one line", Assert.Throws<CofferdamException>(() => container.UpdateResctrl(null, "0=5")).Message, StringComparison.Ordinal);
        using Container other = StartIdle();
        Assert.Equal(
            $"updating container '{other.Id}': it was created without linux.intelRdt",
            Assert.Throws<CofferdamException>(() => other.UpdateResctrl("L3:0=f", null)).Message);
        Assert.Null(other.ReadResctrlStats());
    }

    [Fact]
    public void The_stats_are_those_of_the_container_s_own_group()
    {
        Mount();
        Make("gold");
        using Container own = Create(new IntelRdt { L3CacheSchema = "L3:0=f" });
        ResctrlStats stats = own.ReadResctrlStats()!;
        Assert.Equal(new CacheAllocationInfo("7ff", 1, 4), stats.L3Cache);
        Assert.Equal(new MemoryBandwidthInfo(10, 1, 10, 4), stats.MemoryBandwidth);
        Assert.Contains("L3:0=7ff;1=7ff", stats.RootSchemata);
        Assert.Contains("L3:0=00f;1=7ff", stats.Schemata);
        Assert.Equal([new CacheMonitorStats("mon_L3_00", 4096, 1000, 700), new CacheMonitorStats("mon_L3_01", 8192, 2000, null)], stats.Monitoring);
        using Container shared = Create(new IntelRdt { ClosId = "gold" });
        Assert.Empty(shared.ReadResctrlStats()!.Monitoring);
        using Container monitored = Create(new IntelRdt { ClosId = "gold", EnableMonitoring = true });
        Assert.Equal(2, monitored.ReadResctrlStats()!.Monitoring.Count);
    }

    [Fact]
    public void Without_resctrl_the_configuration_is_refused()
    {
        Assert.SkipWhen(MountTable.ReadSelf().Any(static m => m.FsType == "resctrl"), "this host has resctrl");
        ContainerId id = NewId();
        CreateOptions options = Options(id, "true", static spec => spec with { Linux = spec.Linux with { IntelRdt = new IntelRdt() } });
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => Container.Create(Root, id, options));
        Assert.Equal(ErrorKind.FailedPrecondition, refusal.Kind);
        Assert.StartsWith("linux.intelRdt: no resctrl file system is mounted (hint:", refusal.Message, StringComparison.Ordinal);
        AssertGone(id);
    }
}
