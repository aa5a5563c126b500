namespace Cofferdam.Clients.Tests;

/// <summary>What docker alone can do, or tells.</summary>
public abstract class DockerEngineTests(DockerEngineHost docker) : EngineTests(docker)
{
    [Fact]
    public void The_default_capabilities_are_dockers() =>
        Assert.Equal("CapEff:\t00000000a80425fb", docker.Run("run", "--rm", docker.Image, "/bin/grep", "CapEff", "/proc/self/status").Succeeded());

    [Fact]
    public void The_default_seccomp_profile_refuses_a_new_user_namespace()
    {
        string[] command = [docker.Image, "/bin/busybox", "unshare", "-U", "/bin/true"];
        docker.Run(["run", "--rm", "--security-opt", "seccomp=unconfined", .. command]).Succeeded();
        Assert.Contains("Operation not permitted", docker.Run(["run", "--rm", .. command]).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Update_changes_the_limits_of_a_running_container()
    {
        using var container = new Detached(docker, "--memory", "64m", "--memory-swap", "64m", docker.Image, "/bin/sleep", "1000");
        docker.Run("update", "--memory", "128m", "--memory-swap", "128m", "--pids-limit", "44", "--cpu-shares", "400", container.Id).Succeeded();
        container.AssertCgroup("memory", "memory.limit_in_bytes", "134217728");
        container.AssertCgroup("pids", "pids.max", "44");
        container.AssertCgroup("cpu", "cpu.shares", "400");
    }

    [Fact]
    public void An_oom_kill_is_reported()
    {
        HostCgroups.SkipIfShimsAreBlind();
        docker.Run("run", "--name", "oom", "--memory", "16m", "--memory-swap", "16m", docker.Image, "/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=1").Exited(137);
        Assert.True(docker.Inspect("oom").GetProperty("State").GetProperty("OOMKilled").GetBoolean());
        docker.Run("rm", "oom").Succeeded();
    }

    [Fact]
    public void A_published_port_leads_into_the_container()
    {
        using var container = new Detached(docker, "-p", "127.0.0.1:7002:7000", docker.Image, "/bin/nc", "-ll", "-p", "7000", "-e", "/bin/echo", "through the port");
        Assert.Equal("through the port", docker.OnHost("/bin/sh", "-c", "until busybox nc 127.0.0.1 7002 | grep through; do :; done").Succeeded());
    }
}
