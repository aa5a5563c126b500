using System.Text.Json;

namespace Cofferdam.Clients.Tests;

public sealed class PodmanTests(PodmanHost podman) : IClassFixture<PodmanHost>
{
    [Fact]
    public void Run_shows_a_container_of_its_own()
    {
        string output = podman.Run("run", "--rm", "--hostname", "inside", "--cap-drop", "all", "--cap-add", "net_raw", PodmanHost.Image, "/bin/sh", "-c", "hostname; echo pid $$; cat /proc/self/status").Succeeded();
        Assert.StartsWith("inside\npid 1\n", output, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", output, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t0000000000002000", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ends_with_the_exit_code_of_the_container() =>
        podman.Run("run", "--rm", PodmanHost.Image, "/bin/sh", "-c", "exit 7").Exited(7);

    [Theory]
    [InlineData("/bin/missing", 127)]
    [InlineData("missing", 127)]
    [InlineData("/etc", 126)]
    public void A_program_that_cannot_be_started_is_told_by_the_exit_code(string program, int code) =>
        podman.Run("run", "--rm", PodmanHost.Image, program).Exited(code);

    [Fact]
    public void Standard_input_reaches_the_container()
    {
        using var container = new Detached(podman, PodmanHost.Image, "/bin/sleep", "1000");
        Assert.Equal("3", podman.RunWithInput("a\nb\nc\n", "exec", "-i", container.Id, "/bin/wc", "-l").Succeeded().Trim());
        Assert.Equal("2", podman.RunWithInput("a\nb\n", "run", "--rm", "-i", PodmanHost.Image, "/bin/wc", "-l").Succeeded().Trim());
    }

    // The size follows by a resize after the start, so the script looks until it is there.
    [Fact]
    public void Run_it_gives_a_terminal_of_the_right_size()
    {
        string output = podman.RunInTerminal("", "run", "-it", "--rm", PodmanHost.Image, "/bin/sh", "-c", "tty; until stty size | grep '31 97'; do :; done; test -t 0 && test -t 1 && echo terminal").Succeeded();
        Assert.Contains("/dev/pts/0", output, StringComparison.Ordinal);
        Assert.Contains("terminal", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Exec_runs_beside_the_first_process()
    {
        using var container = new Detached(podman, PodmanHost.Image, "/bin/sleep", "1000");
        Assert.Equal("1000:1000 /tmp blue", podman.Run("exec", "-u", "guest", "-w", "/tmp", "-e", "COLOUR=blue", container.Id,
            "/bin/sh", "-c", "echo $(id -u):$(id -g) $(pwd) $COLOUR").Succeeded());
        podman.Run("exec", container.Id, "/bin/sh", "-c", "exit 9").Exited(9);
        podman.Run("exec", container.Id, "/bin/missing").Exited(127);
        Assert.Contains("terminal", podman.RunInTerminal("", "exec", "-it", container.Id, "/bin/sh", "-c", "until stty size | grep '31 97'; do :; done; echo terminal").Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public void Stop_asks_first()
    {
        using var container = new Detached(podman, PodmanHost.Image, "/bin/sh", "-c", "trap 'exit 5' TERM; echo ready; while :; do sleep 0.1; done");
        container.WaitForLog("ready");
        podman.Run("stop", "-t", "20", container.Id).Succeeded();
        Assert.Equal("5", podman.Run("wait", container.Id).Succeeded());
    }

    [Fact]
    public void Kill_sends_the_signal_asked_for()
    {
        using var container = new Detached(podman, PodmanHost.Image, "/bin/sh", "-c", "trap 'exit 6' USR1; echo ready; while :; do sleep 0.1; done");
        container.WaitForLog("ready");
        podman.Run("kill", "--signal", "USR1", container.Id).Succeeded();
        Assert.Equal("6", podman.Run("wait", container.Id).Succeeded());
    }

    [Fact]
    public void Kill_without_a_signal_is_final()
    {
        using var container = new Detached(podman, PodmanHost.Image, "/bin/sleep", "1000");
        podman.Run("kill", container.Id).Succeeded();
        Assert.Equal("137", podman.Run("wait", container.Id).Succeeded());
    }

    [Fact]
    public void Pause_freezes_and_unpause_thaws()
    {
        using var container = new Detached(podman, PodmanHost.Image, "/bin/sleep", "1000");
        podman.Run("pause", container.Id).Succeeded();
        Assert.Equal("paused", container.Status);
        Assert.Equal("FROZEN", HostCgroups.Read("freezer", container.Cgroup, "freezer.state"));
        podman.Run("unpause", container.Id).Succeeded();
        Assert.Equal("running", container.Status);
        Assert.Equal("THAWED", HostCgroups.Read("freezer", container.Cgroup, "freezer.state"));
    }

    [Fact]
    public void Stats_and_top_see_the_processes()
    {
        using var container = new Detached(podman, PodmanHost.Image, "/bin/sleep", "1000");
        JsonElement stats = JsonDocument.Parse(podman.Run("stats", "--no-stream", "--format", "json", container.Id).Succeeded()).RootElement[0];
        Assert.Equal("1", stats.GetProperty("pids").GetString());
        Assert.Contains("sleep 1000", podman.Run("top", container.Id).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_in_the_cgroup()
    {
        using var container = new Detached(podman, "--memory", "64m", "--memory-swap", "64m", "--pids-limit", "33", "--cpus", "0.5", "--cpu-shares", "300", PodmanHost.Image, "/bin/sleep", "1000");
        Assert.Equal("67108864", HostCgroups.Read("memory", container.Cgroup, "memory.limit_in_bytes"));
        Assert.Equal("33", HostCgroups.Read("pids", container.Cgroup, "pids.max"));
        Assert.Equal("50000", HostCgroups.Read("cpu", container.Cgroup, "cpu.cfs_quota_us"));
        Assert.Equal("300", HostCgroups.Read("cpu", container.Cgroup, "cpu.shares"));
    }

    [Fact]
    public void The_memory_limit_kills() =>
        podman.Run("run", "--rm", "--memory", "16m", "--memory-swap", "16m", PodmanHost.Image, "/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=1").Exited(137);

    [Fact]
    public void The_default_bridge_connects_container_and_host()
    {
        using var container = new Detached(podman, PodmanHost.Image, "/bin/nc", "-l", "-p", "7000", "-e", "/bin/echo", "over the bridge");
        string address = container.Inspect().GetProperty("NetworkSettings").GetProperty("Networks").GetProperty("podman").GetProperty("IPAddress").GetString()!;
        Assert.Equal("over the bridge", podman.OnHost("/bin/sh", "-c", $"until busybox nc {address} 7000; do :; done").Succeeded());
    }

    [Fact]
    public void Namespaces_of_another_container_are_joined()
    {
        using var container = new Detached(podman, "--hostname", "first", PodmanHost.Image, "/bin/sleep", "1000");
        string output = podman.Run("run", "--rm", "--pid", "container:" + container.Id, "--network", "container:" + container.Id, "--uts", "container:" + container.Id,
            PodmanHost.Image, "/bin/sh", "-c", "hostname; ps").Succeeded();
        Assert.StartsWith("first", output, StringComparison.Ordinal);
        Assert.Contains("sleep 1000", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Mounts_users_and_sysctls_are_as_asked()
    {
        string output = podman.Run("run", "--rm", "--read-only", "--tmpfs", "/tmp:size=1m", "--user", "1000:1000", "--cap-drop", "all", "--sysctl", "net.ipv4.ip_forward=0",
            "--security-opt", "no-new-privileges", "--ulimit", "nofile=99:99", "--ulimit", "nproc=1000:1000", "--cgroupns", "private", PodmanHost.Image, "/bin/sh", "-c",
            "id -u; touch /etc/x 2>/dev/null || echo read-only; touch /tmp/x && echo tmp; cat /proc/sys/net/ipv4/ip_forward; ulimit -n; grep -E 'CapBnd|NoNewPrivs' /proc/self/status; head -n 1 /proc/self/cgroup").Succeeded();
        Assert.StartsWith("1000\nread-only\ntmp\n0\n99\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1\n", output, StringComparison.Ordinal);
        Assert.EndsWith(":/", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_namespace_maps_ids() =>
        Assert.Equal("0\n0 100000 65536", podman.Run("run", "--rm", "--uidmap", "0:100000:65536", "--gidmap", "0:100000:65536", "--network", "none", PodmanHost.Image,
            "/bin/sh", "-c", "id -u; echo $(cat /proc/self/uid_map)").Succeeded());

    [Fact]
    public void Rm_force_ends_a_running_container()
    {
        var container = new Detached(podman, PodmanHost.Image, "/bin/sleep", "1000");
        string cgroup = container.Cgroup;
        container.Dispose();
        podman.Run("inspect", container.Id).Exited(125);
        Assert.Null(HostCgroups.Read("pids", cgroup, "pids.max"));
    }
}
