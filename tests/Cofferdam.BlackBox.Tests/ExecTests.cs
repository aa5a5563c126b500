using System.Globalization;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class ExecTests : BlackBoxTest
{
    [Fact]
    public void Exec_runs_with_the_environment_user_and_directory_of_the_config()
    {
        Container container = NewContainer();
        container.Config.Env("A=from-config").SetText("process.cwd", "/home").Set("process.user", """{"uid":1000,"gid":1000,"additionalGids":[2000]}""");
        container.Running();
        Assert.Equal("from-config /home 1000 1000 2000", container.ExecSh("echo $A $(pwd) $(id -u) $(id -G)"));
    }

    [Fact]
    public void Exec_options_override_directory_environment_and_user()
    {
        Container container = NewContainer().Running();
        Assert.Equal("/tmp yes 1000 1001", container.ExecWith(["--cwd", "/tmp", "-e", "A=yes", "-e", "B=too", "--user", "1000:1001"], "sh", "-c", "echo $(pwd) $A $(id -u) $(id -g)").Ok().Output);
    }

    [Fact]
    public void Exec_sets_HOME_of_its_user() =>
        Assert.Equal("/home/user", NewContainer().Running().ExecWith(["--user", "1000"], "sh", "-c", "echo $HOME").Ok().Output);

    [Fact]
    public void Exec_takes_additional_groups() =>
        Assert.Contains("777", NewContainer().Running().ExecWith(["--additional-gids", "777"], "id", "-G").Ok().Output, StringComparison.Ordinal);

    [Fact]
    public void Words_after_the_id_belong_to_the_program() =>
        Assert.Equal("-d --cwd -x", NewContainer().Running().Exec("echo", "-d", "--cwd", "-x").Ok().Output);

    [Fact]
    public void Exec_passes_input_and_output() =>
        Assert.Equal("typed", Scratch.Oci(Scratch.Options(stdin: "typed\n"), "exec", NewContainer().Running().Id, "cat").Ok().Output);

    [Fact]
    public void Exec_detached_returns_at_once_and_writes_the_pid_file()
    {
        Container container = NewContainer().Running();
        string file = Path.Combine(Scratch.Directory, "exec.pid");
        container.ExecWith(["--detach", "--pid-file", file], "sleep", "993").Ok();
        int pid = int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
        Eventually.True(() => Processes.CommandLine(pid) == "sleep 993", "the process of the pid file is the program");
        Assert.Equal(Processes.Namespace(container.Pid(), "pid"), Processes.Namespace(pid, "pid"));
    }

    [Fact]
    public void Exec_takes_a_whole_process_from_a_file()
    {
        Container container = NewContainer().Running();
        string file = Path.Combine(Scratch.Directory, "process.json");
        File.WriteAllText(file, $$$"""
            {"args":["sh","-c","echo $X $(pwd) $(id -u) $(ulimit -n); grep -e CapEff -e NoNewPrivs /proc/self/status"],
             "env":["PATH=/bin","X=x","{{{Scratch.Marker}}}"],"cwd":"/tmp","user":{"uid":0,"gid":0},"noNewPrivileges":true,
             "rlimits":[{"type":"RLIMIT_NOFILE","soft":64,"hard":64}],
             "capabilities":{"bounding":["CAP_KILL"],"effective":["CAP_KILL"],"permitted":["CAP_KILL"]}}
            """);
        string output = container.ExecWith(["--process", file]).Ok().Output;
        Assert.StartsWith("x /tmp 0 64\n", output, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t0000000000000020", output, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Exec_adds_capabilities()
    {
        Container container = NewContainer();
        container.Config.Capabilities("CAP_KILL");
        container.Running();
        string caps = container.ExecWith(["--cap", "CAP_CHOWN"], "grep", "^Cap", "/proc/self/status").Ok().Output;
        Assert.Contains("CapEff:\t0000000000000021", caps, StringComparison.Ordinal);
        Assert.Contains("CapInh:\t0000000000000000", caps, StringComparison.Ordinal);
    }

    [Fact]
    public void Exec_sets_no_new_privileges()
    {
        Container container = NewContainer();
        container.Config.Set("process.noNewPrivileges", "false");
        container.Running();
        Assert.EndsWith("0", container.ExecSh("grep NoNewPrivs /proc/self/status"), StringComparison.Ordinal);
        Assert.EndsWith("1", container.ExecWith(["--no-new-privs"], "grep", "NoNewPrivs", "/proc/self/status").Ok().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Exec_has_the_limits_masks_and_adjustments_of_the_config()
    {
        Container container = NewContainer();
        container.Config.Set("process.oomScoreAdj", "444").Set("process.rlimits", """[{"type":"RLIMIT_NOFILE","soft":99,"hard":99}]""");
        container.Running();
        Assert.Equal("444 99", container.ExecSh("echo $(cat /proc/self/oom_score_adj) $(ulimit -n)"));
    }

    [Fact]
    public void Exec_in_a_directory_that_does_not_exist_is_refused() =>
        NewContainer().Running().ExecWith(["--cwd", "/no/such/dir"], "true").Fails(255, "/no/such/dir");

    [Fact]
    public void Exec_without_a_program_is_refused()
    {
        Container container = NewContainer().Running();
        Assert.NotEqual(0, container.Exec().ExitCode);
    }

    [Fact]
    public void Exec_of_a_process_file_that_does_not_exist_is_refused() =>
        NewContainer().Running().ExecWith(["--process", "/no/such/file"]).Fails(255, "/no/such/file");

    [Fact]
    public void Exec_works_in_a_created_container_before_the_start()
    {
        Container container = NewContainer("true");
        container.Create().Ok();
        Assert.Equal("vessel", container.Exec("hostname").Ok().Output);
        Assert.Equal("created", container.Status());
    }

    [Fact]
    public void Twenty_execs_at_once_all_run()
    {
        Container container = NewContainer().Running();
        Command[] all = [.. Enumerable.Range(0, 20).Select(i => Scratch.StartOci(Scratch.Options(timeout: TimeSpan.FromSeconds(60 * Surroundings.Patience)), "exec", container.Id, "echo", $"number {i}"))];
        for (int i = 0; i < all.Length; i++)
            Assert.Equal($"number {i}", all[i].Wait(TimeSpan.FromSeconds(60 * Surroundings.Patience)).Ok().Output);
    }

    [Fact]
    public void Executed_processes_end_with_the_container()
    {
        Container container = NewContainer().Running();
        container.ExecWith(["--detach"], "sleep", "992").Ok();
        container.Delete("--force").Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void An_executed_process_does_not_become_the_first_one()
    {
        Container container = NewContainer().Running();
        Assert.NotEqual("1", container.ExecSh("echo $$"));
    }

    [Fact]
    public void The_cpu_affinity_of_exec_is_that_of_the_config()
    {
        Assert.SkipWhen(Environment.ProcessorCount < 2, "needs two processors");
        Container container = NewContainer();
        container.Config.Set("process.execCPUAffinity", """{"initial":"0","final":"1"}""");
        container.Running();
        Assert.Equal("1", container.ExecSh("grep Cpus_allowed_list /proc/self/status | cut -f 2"));
    }

    [Fact]
    public void Exec_works_when_the_image_has_no_shell_or_passwd()
    {
        Container container = NewContainer();
        container.Running();
        File.Delete(container.Inside("etc/passwd"));
        File.Delete(container.Inside("bin/sh"));
        Assert.Equal("fine", container.Exec("/bin/busybox", "echo", "fine").Ok().Output);
    }

    [Fact]
    public void A_process_without_an_oom_score_gets_the_containers()
    {
        Container container = NewContainer("sleep", "1000");
        container.Config.Set("process.oomScoreAdj", "333");
        container.CreatedAndStarted();
        string file = Path.Combine(Scratch.Directory, "process.json");
        File.WriteAllText(file, """{"args":["cat","/proc/self/oom_score_adj"],"cwd":"/","env":["PATH=/bin"],"user":{"uid":0,"gid":0}}""");
        Assert.Equal("333", container.ExecWith(["--process", file]).Ok().Output);
    }
}
