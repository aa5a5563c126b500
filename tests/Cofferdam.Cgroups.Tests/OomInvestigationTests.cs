namespace Cofferdam.Cgroups.Tests;

public sealed class OomInvestigationTests
{
    private const string Line = "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=/pod,task_memcg=/pod/c1/in,task=d,pid=1,d,pid=7,uid=0";

    [Fact]
    public void The_kernel_s_line_is_read_whatever_the_victim_calls_itself()
    {
        Assert.True(OomLogLine.TryParse(Line, out OomLogLine line));
        Assert.Equal(new OomLogLine("/pod", "/pod/c1/in", new OomVictim(7, "d,pid=1,d")), line);
    }

    [Theory]
    [InlineData("Memory cgroup out of memory: Killed process 1 (dd)")]
    [InlineData("oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/a")]
    [InlineData("oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/a,task_memcg=/a,task=dd,pid=x,uid=0")]
    [InlineData("")]
    public void Other_lines_are_passed_over(string text) => Assert.False(OomLogLine.TryParse(text, out _));

    [Fact]
    public void The_numbers_of_the_limited_cgroup_are_read() =>
        Assert.Equal((20480ul << 10, 20484ul << 10), OomLogLine.TryParseUsage("memory: usage 20480kB, limit 20484kB, failcnt 31"));

    [Theory]
    [InlineData("swap: usage 0kB, limit 0kB, failcnt 0")]
    [InlineData("memory: usage 20480kB, limit kB, failcnt 31")]
    [InlineData("memory: usage , failcnt 31")]
    public void Other_numbers_are_not(string text) => Assert.Null(OomLogLine.TryParseUsage(text));

    [Theory]
    [InlineData("/pod", OomScope.Ancestor, "/m/pod")]
    [InlineData("/pod/c1", OomScope.Container, "/m/pod/c1")]
    [InlineData("/pod/c1/in", OomScope.Nested, "/m/pod/c1/in")]
    [InlineData("/pod/c10", OomScope.Ancestor, "/m/pod/c10")]
    [InlineData("", OomScope.Host, "")]
    public void The_limit_s_place_is_told_from_the_paths(string limited, OomScope scope, string cgroup)
    {
        OomReport report = OomInvestigation.Describe(new OomLogLine(limited, "/pod/c1/in", default), "/m/pod/c1", "/m", "");
        Assert.Equal((scope, cgroup), (report.Scope, report.Cgroup));
    }

    [Fact]
    public void A_mount_that_shows_a_part_of_the_hierarchy_is_seen_through()
    {
        Assert.Equal("/outer", OomInvestigation.Locate("/outer/c1/in", "/c1"));
        Assert.Null(OomInvestigation.Locate("/outer/c10", "/c1"));
        OomReport inside = OomInvestigation.Describe(new OomLogLine("/outer/c1", "/outer/c1", default), "/m/c1", "/m", "/outer");
        Assert.Equal((OomScope.Container, "/m/c1"), (inside.Scope, inside.Cgroup));
        OomReport outside = OomInvestigation.Describe(new OomLogLine("/", "/outer/c1", default), "/m/c1", "/m", "/outer");
        Assert.Equal((OomScope.Ancestor, "/"), (outside.Scope, outside.Cgroup));
    }

    [Fact]
    public void The_counters_tell_where_the_log_may_not_be_read()
    {
        using ScratchCgroup scratch = new();
        scratch.Create(new() { Memory = new() { Limit = 16 << 20, Swap = 16 << 20 } });
        Assert.Null(OomInvestigation.Read(scratch.Cgroup.Paths));
        scratch.Run("exec dd if=/dev/zero of=/dev/null bs=64M count=1 2>/dev/null").Wait(TimeSpan.FromSeconds(30));
        foreach (bool readLog in new[] { true, false })
        {
            OomReport? report = OomInvestigation.Read(scratch.Cgroup.Paths, readLog);
            Assert.NotNull(report);
            Assert.Equal((OomScope.Container, scratch.Cgroup.Paths["memory"]), (report.Scope, report.Cgroup));
            Assert.Equal(1ul, report.Kills);
            Assert.Equal(16ul << 20, report.Limit);
        }
    }

    [Fact]
    public void The_log_tells_of_a_cgroup_that_is_gone()
    {
        using ScratchCgroup scratch = new();
        scratch.Create(new() { Memory = new() { Limit = 16 << 20, Swap = 16 << 20 } });
        using OomLog? log = OomLog.Begin();
        Assert.SkipWhen(log is null, "the kernel's log may not be read here");
        IReadOnlyDictionary<string, string> paths = scratch.Cgroup.Paths;
        scratch.Run("exec dd if=/dev/zero of=/dev/null bs=64M count=1 2>/dev/null").Wait(TimeSpan.FromSeconds(30));
        scratch.Cgroup.Remove();
        OomReport report = log.Read(paths)!;
        Assert.Equal((OomScope.Container, paths["memory"], 1ul, 16ul << 20), (report.Scope, report.Cgroup, report.Kills, report.Limit!.Value));
        Assert.Equal("dd", report.Victim!.Value.Name);
        using OomLog later = OomLog.Begin()!;
        Assert.Null(later.Read(paths));
    }
}
