namespace Cofferdam.Clients.Tests;

/// <summary>What a user of podman or docker does; both suites run all of it.</summary>
public abstract class EngineTests(EngineHost engine)
{
    private const string UntilSignalled = "echo ready; while :; do sleep 0.1; done";

    [Fact]
    public void Run_shows_a_container_of_its_own()
    {
        string output = engine.Run("run", "--rm", "--hostname", "inside", "--cap-drop", "all", "--cap-add", "net_raw", engine.Image,
            "/bin/sh", "-c", "hostname; echo pid $$; cat /proc/self/status").Succeeded();
        Assert.StartsWith("inside\npid 1\n", output, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", output, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t0000000000002000", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ends_with_the_exit_code_of_the_container() =>
        engine.Run("run", "--rm", engine.Image, "/bin/sh", "-c", "exit 7").Exited(7);

    [Theory]
    [InlineData("/bin/missing", 127)]
    [InlineData("missing", 127)]
    [InlineData("/etc", 126)]
    [InlineData("/etc/passwd", 126)]
    public void A_program_that_cannot_be_started_is_told_by_the_exit_code(string program, int code) =>
        engine.Run("run", "--rm", engine.Image, program).Exited(code);

    [Fact]
    public void Standard_input_reaches_the_container()
    {
        using var container = new Detached(engine, engine.Image, "/bin/sleep", "1000");
        Assert.Equal("3", engine.RunWithInput("a\nb\nc\n", "exec", "-i", container.Id, "/bin/wc", "-l").Succeeded().Trim());
        Assert.Equal("2", engine.RunWithInput("a\nb\n", "run", "--rm", "-i", engine.Image, "/bin/wc", "-l").Succeeded().Trim());
    }

    // The size follows by a resize after the start, so the script looks until it is there.
    [Fact]
    public void Run_it_gives_a_terminal_of_the_right_size()
    {
        string output = engine.RunInTerminal("", "run", "-it", "--rm", engine.Image,
            "/bin/sh", "-c", "tty; until stty size | grep '31 97'; do :; done; test -t 0 && test -t 1 && echo terminal").Succeeded();
        Assert.Contains("/dev/pts/0", output, StringComparison.Ordinal);
        Assert.Contains("terminal", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Exec_runs_beside_the_first_process()
    {
        using var container = new Detached(engine, engine.Image, "/bin/sleep", "1000");
        Assert.Equal("1000:1000 /tmp blue", engine.Run("exec", "-u", "guest", "-w", "/tmp", "-e", "COLOUR=blue", container.Id,
            "/bin/sh", "-c", "echo $(id -u):$(id -g) $(pwd) $COLOUR").Succeeded());
        engine.Run("exec", container.Id, "/bin/sh", "-c", "exit 9").Exited(9);
        engine.Run("exec", container.Id, "/bin/missing").Exited(engine.MissingProgramInExec);
        Assert.Contains("terminal", engine.RunInTerminal("", "exec", "-it", container.Id,
            "/bin/sh", "-c", "until stty size | grep '31 97'; do :; done; echo terminal").Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public void Stop_asks_first_and_start_starts_again()
    {
        using var container = new Detached(engine, engine.Image, "/bin/sh", "-c", $"trap 'exit 5' TERM; {UntilSignalled}");
        container.WaitForLog("ready");
        engine.Run("stop", "-t", "20", container.Id).Succeeded();
        Assert.Equal("5", engine.Run("wait", container.Id).Succeeded());
        engine.Run("start", container.Id).Succeeded();
        Assert.Equal("running", container.Status);
    }

    [Fact]
    public void Kill_sends_the_signal_asked_for()
    {
        using var container = new Detached(engine, engine.Image, "/bin/sh", "-c", $"trap 'exit 6' USR1; {UntilSignalled}");
        container.WaitForLog("ready");
        engine.Run("kill", "--signal", "USR1", container.Id).Succeeded();
        Assert.Equal("6", engine.Run("wait", container.Id).Succeeded());
    }

    [Fact]
    public void Kill_without_a_signal_is_final()
    {
        using var container = new Detached(engine, engine.Image, "/bin/sleep", "1000");
        engine.Run("kill", container.Id).Succeeded();
        Assert.Equal("137", engine.Run("wait", container.Id).Succeeded());
    }

    [Fact]
    public void Pause_freezes_and_unpause_thaws()
    {
        using var container = new Detached(engine, engine.Image, "/bin/sleep", "1000");
        engine.Run("pause", container.Id).Succeeded();
        Assert.Equal("paused", container.Status);
        Assert.Equal("FROZEN", HostCgroups.Read("freezer", container.Cgroup, "freezer.state"));
        engine.Run("unpause", container.Id).Succeeded();
        Assert.Equal("running", container.Status);
        Assert.Equal("THAWED", HostCgroups.Read("freezer", container.Cgroup, "freezer.state"));
    }

    [Fact]
    public void Stats_and_top_see_the_processes()
    {
        if (engine.UsesShim)
        {
            HostCgroups.SkipIfShimsAreBlind();
        }

        using var container = new Detached(engine, engine.Image, "/bin/sleep", "1000");
        Assert.Equal("1", engine.CountedProcesses(container.Id));
        Assert.Contains("sleep 1000", engine.Run("top", container.Id).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_in_the_cgroup()
    {
        using var container = new Detached(engine, "--memory", "64m", "--memory-swap", "64m", "--pids-limit", "33", "--cpus", "0.5", "--cpu-shares", "300",
            engine.Image, "/bin/sleep", "1000");
        container.AssertCgroup("memory", "memory.limit_in_bytes", "67108864");
        container.AssertCgroup("pids", "pids.max", "33");
        container.AssertCgroup("cpu", "cpu.cfs_quota_us", "50000");
        container.AssertCgroup("cpu", "cpu.shares", "300");
    }

    [Fact]
    public void The_memory_limit_kills() =>
        engine.Run("run", "--rm", "--memory", "16m", "--memory-swap", "16m", engine.Image,
            "/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=1").Exited(137);

    [Fact]
    public void The_default_bridge_connects_container_and_host()
    {
        using var container = new Detached(engine, engine.Image, "/bin/nc", "-ll", "-p", "7000", "-e", "/bin/echo", "over the bridge");
        string address = engine.AddressOf(container.Inspect());
        Assert.Equal("over the bridge", engine.OnHost("/bin/sh", "-c", $"until busybox nc {address} 7000; do :; done").Succeeded());
    }

    [Fact]
    public void Namespaces_of_another_container_are_joined()
    {
        using var container = new Detached(engine, engine.Image, "/bin/sleep", "1000");
        string output = engine.Run("run", "--rm", "--pid", "container:" + container.Id, "--network", "container:" + container.Id, engine.Image, "/bin/ps").Succeeded();
        Assert.Contains("sleep 1000", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Mounts_users_and_sysctls_are_as_asked()
    {
        string output = engine.Run("run", "--rm", "--read-only", "--tmpfs", "/tmp:size=1m", "--user", "1000:1000", "--cap-drop", "all", "--sysctl", "net.ipv4.ip_forward=0",
            "--security-opt", "no-new-privileges", "--ulimit", "nofile=99:99", "--ulimit", "nproc=1000:1000", "-v", "/bin:/host-bin:ro", engine.Image, "/bin/sh", "-c",
            "id -u; touch /etc/x 2>/dev/null || echo read-only; touch /tmp/x && echo tmp; cat /proc/sys/net/ipv4/ip_forward; ulimit -n; grep -E 'CapBnd|NoNewPrivs' /proc/self/status; test -x /host-bin/busybox && echo volume").Succeeded();
        Assert.Equal("1000\nread-only\ntmp\n0\n99\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1\nvolume", output);
    }

    [Fact]
    public void Privileged_containers_mount_and_see_devices()
    {
        Assert.SkipUnless(HostCapabilities.AreComplete, "this host's bounding set lacks a capability, and a privileged container asks for all");
        Assert.Equal("mounted", engine.Run("run", "--rm", "--privileged", engine.Image,
            "/bin/sh", "-c", "mount -t tmpfs none /tmp && test -e /dev/loop-control && echo mounted").Succeeded());
    }

    [Fact]
    public void Rm_force_ends_a_running_container()
    {
        var container = new Detached(engine, engine.Image, "/bin/sleep", "1000");
        string cgroup = container.Cgroup;
        container.Dispose();
        Assert.NotEqual(0, engine.Run("inspect", container.Id).ExitCode);
        Assert.Null(HostCgroups.Read("pids", cgroup, "pids.max"));
    }
}
