using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

/// <summary>What the program is given: identity, environment, limits and the many small attributes.</summary>
public sealed class ProcessTests : BlackBoxTest
{
    [Fact]
    public void The_environment_is_that_of_the_config_and_no_variable_of_the_host()
    {
        Container container = NewContainer("env");
        container.Config.Set("process.env", $$"""["{{Scratch.Marker}}","PATH=/bin","A=with spaces","B=","C=x=y"]""");
        string[] env = container.Run(Scratch.Options(prelude: "export LEAKED=1")).Ok().Output.Split('\n');
        Assert.Equal(new[] { Scratch.Marker, "PATH=/bin", "A=with spaces", "B=", "C=x=y", "HOME=/root" }.Order(), env.Order());
    }

    [Fact]
    public void HOME_comes_from_the_images_passwd_when_it_is_not_set()
    {
        Container container = NewContainer();
        container.Config.Set("process.user", """{"uid":1000,"gid":1000}""");
        Assert.Equal("/home/user", container.Sh("echo $HOME"));
    }

    [Fact]
    public void HOME_of_the_config_wins()
    {
        Container container = NewContainer();
        container.Config.Env("HOME=/elsewhere");
        Assert.Equal("/elsewhere", container.Sh("echo $HOME"));
    }

    [Fact]
    public void An_empty_HOME_is_replaced()
    {
        Container container = NewContainer();
        container.Config.Env("HOME=");
        Assert.Equal("/root", container.Sh("echo $HOME"));
    }

    [Fact]
    public void HOME_is_the_root_for_a_user_that_passwd_does_not_know()
    {
        Container container = NewContainer();
        container.Config.Set("process.user", """{"uid":4242,"gid":4242}""");
        Assert.Equal("/", container.Sh("echo $HOME"));
    }

    [Fact]
    public void An_image_without_passwd_works()
    {
        Container container = NewContainer();
        File.Delete(container.Inside("etc/passwd"));
        File.Delete(container.Inside("etc/group"));
        Assert.Equal("/", container.Sh("echo $HOME"));
    }

    [Fact]
    public void The_program_has_the_user_and_groups_of_the_config()
    {
        Container container = NewContainer();
        container.Config.Set("process.user", """{"uid":1000,"gid":1001,"additionalGids":[5,2000,3000]}""");
        string status = container.Sh("cat /proc/self/status");
        Assert.Contains("Uid:\t1000\t1000\t1000\t1000\n", status, StringComparison.Ordinal);
        Assert.Contains("Gid:\t1001\t1001\t1001\t1001\n", status, StringComparison.Ordinal);
        Assert.Matches("Groups:\t(1001 )?5 (1001 )?2000 3000 *\n", status);
    }

    [Fact]
    public void Without_additional_groups_none_of_the_hosts_is_left()
    {
        string groups = NewContainer().Sh("grep Groups /proc/self/status");
        Assert.Matches("^Groups:\t(0 ?| )?$", groups);
    }

    [Fact]
    public void The_largest_ids_work()
    {
        Container container = NewContainer();
        container.Config.Set("process.user", """{"uid":2147483647,"gid":2147483647}""");
        Assert.Equal("2147483647:2147483647", container.Sh("echo $(id -u):$(id -g)"));
    }

    [Theory]
    [InlineData("63", "0077")]
    [InlineData("18", "0022")]
    [InlineData("0", "0000")]
    public void The_umask_is_that_of_the_config(string value, string shown)
    {
        Container container = NewContainer();
        container.Config.Set("process.user", $$"""{"uid":0,"gid":0,"umask":{{value}}}""");
        Assert.Equal(shown, container.Sh("umask"));
    }

    [Fact]
    public void The_umask_is_022_unless_told_otherwise()
    {
        Container container = NewContainer("sh", "-c", "umask");
        Assert.Equal("0022", container.Run(Scratch.Options(prelude: "umask 077")).Ok().Output);
    }

    [Fact]
    public void Resource_limits_are_those_of_the_config()
    {
        Container container = NewContainer();
        container.Config.Set("process.rlimits", """
            [{"type":"RLIMIT_NOFILE","soft":100,"hard":200},{"type":"RLIMIT_CORE","soft":0,"hard":0},{"type":"RLIMIT_STACK","soft":4194304,"hard":8388608},
             {"type":"RLIMIT_CPU","soft":1000,"hard":2000},{"type":"RLIMIT_FSIZE","soft":1000000,"hard":2000000},{"type":"RLIMIT_DATA","soft":100000000,"hard":200000000},
             {"type":"RLIMIT_NPROC","soft":500,"hard":600},{"type":"RLIMIT_AS","soft":1000000000,"hard":2000000000},{"type":"RLIMIT_MEMLOCK","soft":4096,"hard":8192},
             {"type":"RLIMIT_LOCKS","soft":10,"hard":20},{"type":"RLIMIT_SIGPENDING","soft":30,"hard":40},{"type":"RLIMIT_MSGQUEUE","soft":1000,"hard":2000},
             {"type":"RLIMIT_NICE","soft":0,"hard":0},{"type":"RLIMIT_RTPRIO","soft":0,"hard":0},{"type":"RLIMIT_RTTIME","soft":5000,"hard":6000},{"type":"RLIMIT_RSS","soft":7000,"hard":8000}]
            """);
        string[] limits = [.. container.Sh("cat /proc/self/limits").Split('\n').Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        foreach (string wanted in new[]
        {
            "Max open files 100 200", "Max core file size 0 0", "Max stack size 4194304 8388608", "Max cpu time 1000 2000", "Max file size 1000000 2000000",
            "Max data size 100000000 200000000", "Max processes 500 600", "Max address space 1000000000 2000000000", "Max locked memory 4096 8192",
            "Max file locks 10 20", "Max pending signals 30 40", "Max msgqueue size 1000 2000", "Max realtime timeout 5000 6000", "Max resident set 7000 8000",
        })
            Assert.Contains(limits, l => l.StartsWith(wanted, StringComparison.Ordinal));
    }

    [Fact]
    public void Resource_limits_without_an_entry_are_those_of_the_caller()
    {
        Container container = NewContainer("sh", "-c", "ulimit -n");
        Assert.Equal("333", container.Run(Scratch.Options(prelude: "ulimit -n 333")).Ok().Output);
    }

    [Fact]
    public void A_limit_may_be_infinite_where_the_hosts_is()
    {
        Container container = NewContainer();
        container.Config.Set("process.rlimits", """[{"type":"RLIMIT_CPU","soft":18446744073709551615,"hard":18446744073709551615}]""");
        Assert.Equal("unlimited", container.Sh("ulimit -t"));
    }

    [Fact]
    public void No_new_privileges_is_set_or_not_as_told()
    {
        Assert.EndsWith("\t1", NewContainer().Sh("grep NoNewPrivs /proc/self/status"), StringComparison.Ordinal);
        Container container = NewContainer();
        container.Config.Set("process.noNewPrivileges", "false");
        Assert.EndsWith("\t0", container.Sh("grep NoNewPrivs /proc/self/status"), StringComparison.Ordinal);
    }

    [Fact]
    public void Oom_score_adj_is_that_of_the_config()
    {
        Container container = NewContainer();
        container.Config.Set("process.oomScoreAdj", "333");
        Assert.Equal("333", container.Sh("cat /proc/self/oom_score_adj"));
    }

    [Fact]
    public void Oom_score_adj_is_the_callers_when_not_set()
    {
        Container container = NewContainer("cat", "/proc/self/oom_score_adj");
        Assert.Equal("250", container.Run(Scratch.Options(prelude: "echo 250 >/proc/self/oom_score_adj")).Ok().Output);
    }

    [Fact]
    public void The_scheduler_policy_and_nice_are_those_of_the_config()
    {
        Container container = NewContainer();
        container.Config.Set("process.scheduler", """{"policy":"SCHED_BATCH","nice":5}""");
        Assert.Equal("5 3", container.Sh("awk '{print $19, $41}' /proc/self/stat"));
    }

    [Fact]
    public void The_idle_scheduler_policy_can_be_chosen()
    {
        Container container = NewContainer();
        container.Config.Set("process.scheduler", """{"policy":"SCHED_IDLE"}""");
        Assert.Equal("5", container.Sh("awk '{print $41}' /proc/self/stat"));
    }

    [Fact]
    public void The_io_priority_is_that_of_the_config()
    {
        Container container = NewContainer();
        container.Config.Set("process.ioPriority", """{"class":"IOPRIO_CLASS_BE","priority":6}""");
        Assert.Contains("best-effort: prio 6", container.Sh("ionice"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_idle_io_class_can_be_chosen()
    {
        Container container = NewContainer();
        container.Config.Set("process.ioPriority", """{"class":"IOPRIO_CLASS_IDLE","priority":0}""");
        Assert.Contains("idle", container.Sh("ionice"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_personality_is_that_of_the_config()
    {
        Container container = NewContainer();
        container.Config.Set("linux.personality", """{"domain":"LINUX32"}""");
        Assert.Equal("i686", container.Sh("uname -m"));
    }

    [Fact]
    public void A_memory_policy_is_that_of_the_config()
    {
        Container container = NewContainer();
        container.Config.Set("linux.memoryPolicy", """{"mode":"MPOL_BIND","nodes":"0"}""");
        Assert.Contains("bind:0", container.Sh("cat /proc/self/numa_maps"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_program_has_a_session_keyring_of_its_own()
    {
        Container first = NewContainer(), second = NewContainer();
        first.Config.Set("linux.maskedPaths", "[]");
        Assert.Contains("_ses", first.Sh("cat /proc/keys"), StringComparison.Ordinal);
        second.Config.Set("linux.maskedPaths", "[]").Args("cat", "/proc/keys");
        Assert.DoesNotContain("_ses." + second.Id, second.Run("--no-new-keyring").Ok().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_are_passed_unchanged()
    {
        string[] args = ["printf", "[%s]", "with space", "", "quo\"te", "back\\slash", "ünïcode", "new\nline", "-x", "$HOME"];
        Assert.Equal("[with space][][quo\"te][back\\slash][ünïcode][new\nline][-x][$HOME]", NewContainer(args).Run().Ok().Stdout);
    }

    [Fact]
    public void A_very_long_argument_and_environment_work()
    {
        Container container = NewContainer("sh", "-c", "echo ${#1} ${#LONG}", "sh", new string('a', 100_000));
        container.Config.Env("LONG=" + new string('b', 100_000));
        Assert.Equal("100000 100000", container.Run().Ok().Output);
    }

    [Fact]
    public void A_thousand_arguments_and_variables_work()
    {
        Container container = NewContainer(["sh", "-c", "echo $# $(env | grep -c ^V)", "sh", .. Enumerable.Range(0, 1000).Select(i => "a" + i)]);
        for (int i = 0; i < 1000; i++)
            container.Config.Env($"V{i}=x");
        Assert.Equal("1000 1000", container.Run().Ok().Output);
    }

    [Fact]
    public void Signals_are_at_their_defaults_for_the_program()
    {
        Container container = NewContainer("grep", "-e", "SigIgn", "-e", "SigBlk", "/proc/self/status");
        Assert.Equal("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000", container.Run().Ok().Output);
    }

    [Fact]
    public void Signals_that_the_caller_ignores_are_at_their_defaults_for_the_program()
    {
        Container container = NewContainer("grep", "SigIgn", "/proc/self/status");
        string ignored = container.Run(Scratch.Options(prelude: "trap '' PIPE HUP INT QUIT USR1")).Ok().Output;
        // runc keeps SIGPIPE and friends at what Go makes of them; what counts is that none is ignored.
        Assert.Equal("SigIgn:\t0000000000000000", ignored);
    }

    [Fact]
    public void The_program_leads_a_session()
    {
        Container container = NewContainer();
        Assert.Equal("1 1", container.Sh("awk '{print $5, $6}' /proc/1/stat"));
    }

    [Fact]
    public void The_program_cannot_be_traced_back_to_a_process_of_the_host() =>
        Assert.Equal("0", NewContainer().Sh("awk '{print $4}' /proc/1/stat"));
}
