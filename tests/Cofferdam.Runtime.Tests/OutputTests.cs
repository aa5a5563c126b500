using System.Text;
using System.Text.Json;
using Cofferdam.Cgroups;
using Cofferdam.Containers;
using Cofferdam.Containers.ResourceControl;
using Cofferdam.Runtime.Output;
using Cofferdam.Spec;

namespace Cofferdam.Runtime.Tests;

public sealed class OutputTests
{
    private static readonly ContainerState Running = new()
    {
        OciVersion = "1.3.0",
        Id = "cx",
        Status = "running",
        Pid = 8266,
        Bundle = "/tmp/cli-scratch/b",
        Rootfs = "/tmp/cli-scratch/b/rootfs",
        Created = new DateTimeOffset(2026, 11, 22, 18, 22, 54, TimeSpan.Zero).AddTicks(1814394),
        Owner = "root",
    };

    [Fact]
    public void The_table_of_list_is_runc_s() => Assert.Equal(
        "ID          PID         STATUS      BUNDLE               CREATED                        OWNER\n"
        + "cx          8266        running     /tmp/cli-scratch/b   2026-11-22T18:22:54.1814394Z   root\n",
        ContainerTable.Text([Running]));

    [Fact]
    public void The_table_of_no_containers_is_its_header() =>
        Assert.Equal("ID          PID         STATUS      BUNDLE      CREATED     OWNER\n", ContainerTable.Text([]));

    [Fact]
    public void Quiet_prints_ids() => Assert.Equal("cx\n", ContainerTable.Ids([Running]));

    [Fact]
    public void State_has_runc_s_fields_in_runc_s_order() => Assert.Equal(
        """
        {
          "ociVersion": "1.3.0",
          "id": "cx",
          "pid": 8266,
          "status": "running",
          "bundle": "/tmp/cli-scratch/b",
          "rootfs": "/tmp/cli-scratch/b/rootfs",
          "created": "2026-11-22T18:22:54.1814394Z",
          "owner": ""
        }

        """,
        StateJson.Object(Running));

    [Fact]
    public void State_writes_annotations_when_there_are_some()
    {
        ContainerState state = Running with { Annotations = new Dictionary<string, string> { ["a.b"] = "<c>" } };
        Assert.Contains("\"annotations\": {\n    \"a.b\": \"<c>\"\n  },", StateJson.Object(state), StringComparison.Ordinal);
    }

    [Fact]
    public void List_as_JSON_is_one_line_and_null_when_empty()
    {
        Assert.Equal("null\n", StateJson.Array([]));
        string line = StateJson.Array([Running, Running]);
        Assert.EndsWith("\"owner\":\"root\"}]\n", line, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(line);
        Assert.Equal(2, document.RootElement.GetArrayLength());
    }

    [Fact]
    public void An_oom_event_without_a_report_is_runc_s() =>
        Assert.Equal("{\"type\":\"oom\",\"id\":\"cx\"}\n", Encoding.UTF8.GetString(EventJson.Oom("cx", null)));

    [Fact]
    public void An_oom_event_says_which_limit_was_met_and_what_was_killed()
    {
        OomReport report = new() { Scope = OomScope.Container, Cgroup = "/cg/cx", Limit = 1000, Peak = 999, Kills = 2, Victim = new OomVictim(7, "dd") };
        Assert.Equal(
            "{\"type\":\"oom\",\"id\":\"cx\",\"data\":{\"message\":\"out of memory: the container's cgroup '/cg/cx' met its limit of 1000 bytes (peak 999), "
            + "killed process 7 ('dd'), 2 killed in all\",\"scope\":\"container\",\"cgroup\":\"/cg/cx\",\"limit\":1000,\"peak\":999,\"kills\":2,"
            + "\"victim\":{\"pid\":7,\"name\":\"dd\"}}}\n",
            Encoding.UTF8.GetString(EventJson.Oom("cx", report)));
    }

    [Fact]
    public void A_stats_event_leaves_out_the_zeros_that_runc_leaves_out()
    {
        CgroupStats stats = new()
        {
            Cpu = new CpuStats { TotalUsage = 14208614, PerCpuUsage = [4348914, 9859700] },
            Cpuset = new CpusetStats { Cpus = [0, 1], Mems = [0], SchedLoadBalance = 1, SchedRelaxDomainLevel = -1 },
            Memory = new MemoryStats { Cache = 12288, Usage = new MemoryCounter(565248, 2244608, 0, 9223372036854771712) },
            Pids = new PidsStats { Current = 1 },
            Blkio = new BlkioStats { ServiceBytes = [new BlkioEntry(8, 0, "Read", 4096)] },
            Hugetlb = new Dictionary<string, HugetlbStats> { ["2MB"] = new() { FailCount = 0 } },
        };
        string counter = "{\"limit\":0,\"failcnt\":0}";
        Assert.Equal(
            "{\"type\":\"stats\",\"id\":\"cx\",\"data\":{\"cpu\":{\"usage\":{\"total\":14208614,\"percpu\":[4348914,9859700],\"kernel\":0,\"user\":0},\"throttling\":{}},"
            + "\"cpuset\":{\"cpus\":[0,1],\"cpu_exclusive\":0,\"mems\":[0],\"mem_hardwall\":0,\"mem_exclusive\":0,\"memory_migrate\":0,"
            + "\"memory_spread_page\":0,\"memory_spread_slab\":0,\"memory_pressure\":0,\"sched_load_balance\":1,\"sched_relax_domain_level\":-1},"
            + "\"memory\":{\"cache\":12288,\"usage\":{\"limit\":9223372036854771712,\"usage\":565248,\"max\":2244608,\"failcnt\":0},"
            + $"\"swap\":{counter},\"kernel\":{counter},\"kernelTCP\":{counter}}},\"pids\":{{\"current\":1}},"
            + "\"blkio\":{\"ioServiceBytesRecursive\":[{\"major\":8,\"op\":\"Read\",\"value\":4096}]},"
            + "\"hugetlb\":{\"2MB\":{\"failcnt\":0}},\"intel_rdt\":{},\"network_interfaces\":null}}\n",
            Encoding.UTF8.GetString(EventJson.Stats("cx", stats)));
    }

    [Fact]
    public void A_stats_event_has_what_only_cgroup_v2_tells_where_runc_has_it()
    {
        PressureStats pressure = new(new PressureAverages(1.5, 0.25, 0, 12345), default);
        CgroupStats stats = new()
        {
            Cpu = new CpuStats { Pressure = pressure },
            Memory = new MemoryStats { Pressure = pressure, Events = new MemoryEventCounts { Max = 7, Oom = 2, OomKill = 1 } },
            Blkio = new BlkioStats { Pressure = pressure },
        };
        using JsonDocument document = JsonDocument.Parse(EventJson.Stats("cx", stats));
        JsonElement data = document.RootElement.GetProperty("data");
        foreach (string resource in new[] { "cpu", "memory", "blkio" })
        {
            Assert.Equal(
                """{"some":{"avg10":1.5,"avg60":0.25,"avg300":0,"total":12345},"full":{"avg10":0,"avg60":0,"avg300":0,"total":0}}""",
                data.GetProperty(resource).GetProperty("psi").GetRawText());
        }

        Assert.Equal("""{"max":7,"oom":2,"oom_kill":1}""", data.GetProperty("memory").GetProperty("event_count").GetRawText());
    }

    [Fact]
    public void A_stats_event_has_caches_bandwidth_and_interfaces_under_runc_s_names()
    {
        ResctrlStats resctrl = new()
        {
            L3Cache = new CacheAllocationInfo("7ff", 1, 4),
            MemoryBandwidth = new MemoryBandwidthInfo(10, 0, 10, 8),
            RootSchemata = ["MB:0=100", "L3CODE:0=7ff", "L3DATA:0=7ff"],
            Schemata = ["MB:0= 20", "L3CODE:0=00f", "L3DATA:0=0f0"],
            Monitoring = [new CacheMonitorStats("mon_L3_00", 4096, 1000, 700), new CacheMonitorStats("mon_L3_01", null, null, 5)],
        };
        NetworkInterfaceStats eth0 = new() { Name = "eth0", RxBytes = 1, RxPackets = 2, RxErrors = 3, RxDropped = 4, TxBytes = 5, TxPackets = 6, TxErrors = 7, TxDropped = 8 };
        using JsonDocument document = JsonDocument.Parse(EventJson.Stats("cx", new CgroupStats(), resctrl, [eth0]));
        JsonElement data = document.RootElement.GetProperty("data");
        Assert.Equal(
            """{"l3_cache_info":{"cbm_mask":"7ff","min_cbm_bits":1,"num_closids":4},"l3_cache_schema_root":"L3CODE:0=7ff\nL3DATA:0=7ff",""" + '"'
            + """l3_cache_schema":"L3CODE:0=00f\nL3DATA:0=0f0","mem_bw_info":{"bandwidth_gran":10,"min_bandwidth":10,"num_closids":8},""" + '"'
            + """mem_bw_schema_root":"MB:0=100","mem_bw_schema":"MB:0= 20","mbm_stats":[{"mbm_total_bytes":1000,"mbm_local_bytes":700},{"mbm_local_bytes":5}],""" + '"'
            + """cmt_stats":[{"llc_occupancy":4096}]}""",
            data.GetProperty("intel_rdt").GetRawText());
        Assert.Equal(
            """[{"Name":"eth0","RxBytes":1,"RxPackets":2,"RxErrors":3,"RxDropped":4,"TxBytes":5,"TxPackets":6,"TxErrors":7,"TxDropped":8}]""",
            data.GetProperty("network_interfaces").GetRawText());
    }

    [Fact]
    public void Ps_keeps_the_rows_of_the_container()
    {
        string output = "UID        PID  PPID CMD\nroot         1     0 init\nroot      8266     1 sleep 1\nroot     18266     1 x\n";
        Assert.Equal("UID        PID  PPID CMD\nroot      8266     1 sleep 1\n", ProcessTable.Filter(output, [8266]));
        Assert.Throws<CofferdamException>(() => ProcessTable.Filter("COMMAND\nsh\n", [1]));
    }

    [Fact]
    public void Timings_indent_the_parts_of_a_phase()
    {
        LaunchPhase[] phases = [new("launch", 10, 500), new("launch/clone", 20, 100)];
        Assert.Equal(
            "phase                                start      took  (microseconds)\n"
            + "launch                                  10       500\n"
            + "  clone                                 20       100\n"
            + "total                                            600",
            TimingsReport.Text(phases, 600));
        using JsonDocument document = JsonDocument.Parse(TimingsReport.Json(phases, 600));
        Assert.Equal(600, document.RootElement.GetProperty("total").GetInt32());
        Assert.Equal("launch/clone", document.RootElement.GetProperty("phases")[1].GetProperty("name").GetString());
    }
}
