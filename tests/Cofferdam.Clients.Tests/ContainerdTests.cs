namespace Cofferdam.Clients.Tests;

public sealed class ContainerdTests(ContainerdHost containerd) : IClassFixture<ContainerdHost>
{
    private readonly string _id = "c-" + Guid.NewGuid().ToString("N")[..8];

    [Fact]
    public void Run_shows_a_container_of_its_own()
    {
        string output = containerd.Run("run", "--rm", "--seccomp", "--rootfs", "ROOTFS", _id, "/bin/sh", "-c", "echo pid $$; cat /proc/self/status").Succeeded();
        Assert.StartsWith("pid 1\n", output, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ends_with_the_exit_code_of_the_container() =>
        containerd.Run("run", "--rm", "--rootfs", "ROOTFS", _id, "/bin/sh", "-c", "exit 7").Exited(7);

    [Fact]
    public void A_missing_program_is_named()
    {
        CommandResult result = containerd.Run("run", "--rm", "--rootfs", "ROOTFS", _id, "/bin/missing");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("/bin/missing", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_t_gives_a_terminal()
    {
        string output = containerd.RunInTerminal("", "run", "--rm", "-t", "--rootfs", "ROOTFS", _id, "/bin/sh", "-c", "tty; until stty size | grep '31 97'; do :; done").Succeeded();
        Assert.Contains("/dev/pts/0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_pause_and_stop()
    {
        Task<CommandResult> run = containerd.Begin("run", "--rootfs", "ROOTFS", _id, "/bin/sh", "-c", "trap 'exit 5' TERM; touch /ready; while :; do sleep 0.1; done");
        containerd.WaitForTask(_id);

        Assert.Equal("hello", containerd.Run("task", "exec", "--exec-id", "e1", _id, "/bin/echo", "hello").Succeeded());
        containerd.Run("task", "exec", "--exec-id", "e2", _id, "/bin/sh", "-c", "exit 9").Exited(9);
        Assert.Contains("terminal", containerd.RunInTerminal("", "task", "exec", "-t", "--exec-id", "e3", _id, "/bin/sh", "-c", "test -t 1 && echo terminal").Succeeded(), StringComparison.Ordinal);

        containerd.Run("task", "pause", _id).Succeeded();
        Assert.Contains("PAUSED", containerd.Run("task", "ls").Succeeded(), StringComparison.Ordinal);
        Assert.Equal("FROZEN", HostCgroups.Read("freezer", containerd.CgroupOf(_id), "freezer.state"));
        containerd.Run("task", "resume", _id).Succeeded();
        Assert.Contains("RUNNING", containerd.Run("task", "ls").Succeeded(), StringComparison.Ordinal);

        Assert.Contains("-", containerd.Run("task", "ps", _id).Succeeded(), StringComparison.Ordinal);

        // The trap is set before /ready is made.
        containerd.Run("task", "exec", "--exec-id", "e4", _id, "/bin/sh", "-c", "until test -e /ready; do :; done").Succeeded();
        containerd.Run("task", "kill", "--signal", "SIGTERM", _id).Succeeded();
        (await run).Exited(5);
        containerd.Run("containers", "rm", _id).Succeeded();
    }

    // The shim waits for exec'd processes as subreaper; a runtime that reaps one that was quick makes it wait for ever.
    [Fact]
    public void The_exit_of_a_quick_exec_reaches_the_shim()
    {
        containerd.Run("run", "--detach", "--rootfs", "ROOTFS", _id, "/bin/sleep", "1000").Succeeded();
        for (int i = 0; i < 20; i++)
        {
            containerd.Run("task", "exec", "--exec-id", $"quick{i}", _id, "/bin/true").Succeeded();
        }

        containerd.Run("task", "rm", "--force", _id);
        containerd.Run("containers", "rm", _id).Succeeded();
    }

    [Fact]
    public void Metrics_are_the_cgroups()
    {
        HostCgroups.SkipIfShimsAreBlind();
        containerd.Run("run", "--detach", "--memory-limit", "50331648", "--rootfs", "ROOTFS", _id, "/bin/sleep", "1000").Succeeded();
        string metrics = containerd.Run("task", "metrics", _id).Succeeded();
        containerd.Run("task", "rm", "--force", _id);
        containerd.Run("containers", "rm", _id).Succeeded();
        Assert.Matches(@"memory\.limit_in_bytes\s+50331648", metrics);
        Assert.Matches(@"pids\.current\s+1\b", metrics);
    }

    [Fact]
    public void Task_rm_force_ends_a_running_container()
    {
        containerd.Run("run", "--detach", "--rootfs", "ROOTFS", _id, "/bin/sleep", "1000").Succeeded();
        Assert.NotNull(HostCgroups.Read("pids", containerd.CgroupOf(_id), "pids.max"));
        containerd.Run("task", "rm", "--force", _id);
        containerd.Run("containers", "rm", _id).Succeeded();
        Assert.Null(HostCgroups.Read("pids", containerd.CgroupOf(_id), "pids.max"));
    }
}
