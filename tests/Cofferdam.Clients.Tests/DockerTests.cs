using System.Text.Json;

namespace Cofferdam.Clients.Tests;

public sealed class DockerTests(DockerHost docker) : IClassFixture<DockerHost>
{
    [Fact]
    public void Run_has_dockers_hostname_seccomp_profile_and_capabilities()
    {
        string output = docker.Run("run", "--rm", "--hostname", "inside", DockerHost.Image, "/bin/sh", "-c", "hostname; echo pid $$; cat /proc/self/status").Succeeded();
        Assert.StartsWith("inside\npid 1\n", output, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", output, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t00000000a80425fb", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_profile_refuses_a_new_user_namespace()
    {
        string[] command = [DockerHost.Image, "/bin/busybox", "unshare", "-U", "/bin/true"];
        docker.Run(["run", "--rm", "--security-opt", "seccomp=unconfined", .. command]).Succeeded();
        Assert.Contains("Operation not permitted", docker.Run(["run", "--rm", .. command]).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ends_with_the_exit_code_of_the_container() =>
        docker.Run("run", "--rm", DockerHost.Image, "/bin/sh", "-c", "exit 7").Exited(7);

    [Theory]
    [InlineData("/bin/missing", 127)]
    [InlineData("missing", 127)]
    [InlineData("/etc", 126)]
    public void A_program_that_cannot_be_started_is_told_by_the_exit_code(string program, int code) =>
        docker.Run("run", "--rm", DockerHost.Image, program).Exited(code);

    [Fact]
    public void Standard_input_reaches_the_container() =>
        Assert.Equal("2", docker.RunWithInput("a\nb\n", "run", "--rm", "-i", DockerHost.Image, "/bin/wc", "-l").Succeeded().Trim());

    [Fact]
    public void Run_it_gives_a_terminal_of_the_right_size()
    {
        // The size follows by a resize after the start, so the script looks until it is there.
        string output = docker.RunInTerminal("", "run", "-it", "--rm", DockerHost.Image, "/bin/sh", "-c", "tty; until stty size | grep '31 97'; do :; done; test -t 0 && test -t 1 && echo terminal").Succeeded();
        Assert.Contains("/dev/pts/0", output, StringComparison.Ordinal);
        Assert.Contains("terminal", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Exec_runs_beside_the_first_process()
    {
        using var container = new Detached(docker, DockerHost.Image, "/bin/sleep", "1000");
        Assert.Equal("1000:1000 /tmp blue", docker.Run("exec", "-u", "guest", "-w", "/tmp", "-e", "COLOUR=blue", container.Id,
            "/bin/sh", "-c", "echo $(id -u):$(id -g) $(pwd) $COLOUR").Succeeded());
        docker.Run("exec", container.Id, "/bin/sh", "-c", "exit 9").Exited(9);
        docker.Run("exec", container.Id, "/bin/missing").Exited(126);
        Assert.Contains("terminal", docker.RunInTerminal("", "exec", "-it", container.Id, "/bin/sh", "-c", "test -t 1 && echo terminal").Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public void Stop_asks_first()
    {
        using var container = new Detached(docker, DockerHost.Image, "/bin/sh", "-c", "trap 'exit 5' TERM; echo ready; while :; do sleep 0.1; done");
        container.WaitForLog("ready");
        docker.Run("stop", "-t", "20", container.Id).Succeeded();
        Assert.Equal("5", docker.Run("wait", container.Id).Succeeded());
        docker.Run("start", container.Id).Succeeded();
        Assert.Equal("running", container.Status);
    }

    [Fact]
    public void Kill_sends_the_signal_asked_for()
    {
        using var container = new Detached(docker, DockerHost.Image, "/bin/sh", "-c", "trap 'exit 6' USR1; echo ready; while :; do sleep 0.1; done");
        container.WaitForLog("ready");
        docker.Run("kill", "--signal", "USR1", container.Id).Succeeded();
        Assert.Equal("6", docker.Run("wait", container.Id).Succeeded());
    }

    [Fact]
    public void Kill_without_a_signal_is_final()
    {
        using var container = new Detached(docker, DockerHost.Image, "/bin/sleep", "1000");
        docker.Run("kill", container.Id).Succeeded();
        Assert.Equal("137", docker.Run("wait", container.Id).Succeeded());
    }

    [Fact]
    public void Pause_freezes_and_unpause_thaws()
    {
        using var container = new Detached(docker, DockerHost.Image, "/bin/sleep", "1000");
        docker.Run("pause", container.Id).Succeeded();
        Assert.Equal("paused", container.Status);
        Assert.Equal("FROZEN", HostCgroups.Read("freezer", container.Cgroup, "freezer.state"));
        docker.Run("unpause", container.Id).Succeeded();
        Assert.Equal("THAWED", HostCgroups.Read("freezer", container.Cgroup, "freezer.state"));
    }

    [Fact]
    public void Stats_and_top_see_the_processes()
    {
        using var container = new Detached(docker, DockerHost.Image, "/bin/sleep", "1000");
        JsonElement stats = JsonDocument.Parse(docker.Run("stats", "--no-stream", "--format", "{{json .}}", container.Id).Succeeded()).RootElement;
        Assert.Equal("1", stats.GetProperty("PIDs").GetString());
        Assert.Contains("sleep 1000", docker.Run("top", container.Id).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_in_the_cgroup_and_can_be_changed()
    {
        using var container = new Detached(docker, "--memory", "64m", "--memory-swap", "64m", "--pids-limit", "33", "--cpus", "0.5", "--cpu-shares", "300", DockerHost.Image, "/bin/sleep", "1000");
        Assert.Equal("67108864", HostCgroups.Read("memory", container.Cgroup, "memory.limit_in_bytes"));
        Assert.Equal("33", HostCgroups.Read("pids", container.Cgroup, "pids.max"));
        Assert.Equal("50000", HostCgroups.Read("cpu", container.Cgroup, "cpu.cfs_quota_us"));
        Assert.Equal("300", HostCgroups.Read("cpu", container.Cgroup, "cpu.shares"));
        docker.Run("update", "--memory", "128m", "--memory-swap", "128m", "--pids-limit", "44", "--cpu-shares", "400", container.Id).Succeeded();
        Assert.Equal("134217728", HostCgroups.Read("memory", container.Cgroup, "memory.limit_in_bytes"));
        Assert.Equal("44", HostCgroups.Read("pids", container.Cgroup, "pids.max"));
        Assert.Equal("400", HostCgroups.Read("cpu", container.Cgroup, "cpu.shares"));
    }

    [Fact]
    public void The_memory_limit_kills()
    {
        string name = "oom-" + Guid.NewGuid().ToString("N")[..8];
        docker.Run("run", "--name", name, "--memory", "16m", "--memory-swap", "16m", DockerHost.Image, "/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=1").Exited(137);
        Assert.True(docker.Inspect(name).GetProperty("State").GetProperty("OOMKilled").GetBoolean());
        docker.Run("rm", name).Succeeded();
    }

    [Fact]
    public void The_default_bridge_connects_container_and_host()
    {
        using var container = new Detached(docker, "-p", "127.0.0.1:7001:7000", DockerHost.Image, "/bin/nc", "-ll", "-p", "7000", "-e", "/bin/echo", "over the bridge");
        string address = container.Inspect().GetProperty("NetworkSettings").GetProperty("IPAddress").GetString()!;
        Assert.Equal("over the bridge", docker.OnHost("/bin/sh", "-c", $"until busybox nc {address} 7000; do :; done").Succeeded());
        Assert.Equal("over the bridge", docker.OnHost("busybox", "nc", "127.0.0.1", "7001").Succeeded());
    }

    [Fact]
    public void Namespaces_of_another_container_are_joined()
    {
        using var container = new Detached(docker, DockerHost.Image, "/bin/sleep", "1000");
        string output = docker.Run("run", "--rm", "--pid", "container:" + container.Id, "--network", "container:" + container.Id, DockerHost.Image, "/bin/ps").Succeeded();
        Assert.Contains("sleep 1000", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Mounts_users_and_sysctls_are_as_asked()
    {
        string output = docker.Run("run", "--rm", "--read-only", "--tmpfs", "/tmp:size=1m,mode=1777", "--user", "1000:1000", "--cap-drop", "all", "--sysctl", "net.ipv4.ip_forward=0",
            "--security-opt", "no-new-privileges", "--ulimit", "nofile=99:99", "-v", "/bin:/host-bin:ro", DockerHost.Image, "/bin/sh", "-c",
            "id -u; touch /etc/x 2>/dev/null || echo read-only; touch /tmp/x && echo tmp; cat /proc/sys/net/ipv4/ip_forward; ulimit -n; grep -E 'CapBnd|NoNewPrivs' /proc/self/status; test -x /host-bin/busybox && echo volume").Succeeded();
        Assert.Equal("1000\nread-only\ntmp\n0\n99\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1\nvolume", output);
    }

    [Fact]
    public void Privileged_containers_mount_and_see_devices()
    {
        Assert.SkipUnless(HostCapabilities.AreComplete, "this host's bounding set lacks a capability, and a privileged container asks for all");
        Assert.Equal("mounted", docker.Run("run", "--rm", "--privileged", DockerHost.Image, "/bin/sh", "-c", "mount -t tmpfs none /tmp && test -e /dev/loop-control && echo mounted").Succeeded());
    }

    [Fact]
    public void Rm_force_ends_a_running_container()
    {
        var container = new Detached(docker, DockerHost.Image, "/bin/sleep", "1000");
        string cgroup = container.Cgroup;
        container.Dispose();
        docker.Run("inspect", container.Id).Exited(1);
        Assert.Null(HostCgroups.Read("pids", cgroup, "pids.max"));
    }
}
