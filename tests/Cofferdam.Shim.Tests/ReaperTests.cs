using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

public sealed class ReaperTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    [Fact]
    public void An_orphan_of_an_exec_is_adopted_by_the_first_process_of_the_container()
    {
        ShimContainer container = Sleeping();
        container.Exec("sh", "-c", "setsid sh -c 'sleep 1000 </dev/null >/dev/null 2>&1 &'").Ok();
        int[] others = [];
        Eventually.True(() => (others = [.. container.CgroupFile("pids", "cgroup.procs").Split('\n').Select(int.Parse).Where(p => p != container.Pid)]).Length == 1, "the orphan's parent has ended");
        int orphan = others[0];
        Assert.Equal(container.Pid.ToString(), Processes.Status(orphan, "PPid"));
    }

    [Fact]
    public void Without_a_pid_namespace_the_shim_adopts_orphans_and_reaps_them()
    {
        ShimContainer container = NewContainer("--with-ns", $"pid:/proc/{Environment.ProcessId}/ns/pid");
        container.Detached("sh", "-c", "setsid sh -c 'sleep 1000 </dev/null >/dev/null 2>&1 &'; touch /ready; exec sleep 1000").Ok();
        container.AwaitFile("ready");
        int shim = container.ShimPid;
        int[] others = [];
        Eventually.True(() => (others = [.. container.CgroupFile("pids", "cgroup.procs").Split('\n').Select(int.Parse).Where(p => p != container.Pid)]).Length == 1, "the orphan's parent has ended");
        int orphan = others[0];
        Assert.Equal(shim.ToString(), Processes.Status(orphan, "PPid"));
        Libc.kill(orphan, Libc.SIGKILL);
        Eventually.True(() => Processes.State(orphan) == '-', "the orphan is gone, not a zombie");
    }

    [Fact]
    public void Many_execs_leave_no_zombie()
    {
        ShimContainer container = Sleeping();
        for (int i = 0; i < 10; i++)
            container.Exec("true").Ok();
        int shim = container.ShimPid;
        Eventually.True(() => !Processes.Tree(shim).Any(p => Processes.State(p) == 'Z'), "no zombie below the shim");
        Assert.Equal(container.Pid, Assert.Single(Processes.Tree(shim).Skip(1)));
    }

    [Fact]
    public void Processes_that_outlive_the_first_end_with_the_container()
    {
        ShimContainer container = NewContainer("--with-ns", $"pid:/proc/{Environment.ProcessId}/ns/pid");
        container.Detached("sh", "-c", "sleep 1000 </dev/null >/dev/null 2>&1 & exit 3").Ok();
        container.DeletedWith(3);
        Assert.Empty(Processes.WithEnvironment($"COFFER_TEST={Tag}"));
    }

    [Fact]
    public void Daemons_that_keep_the_output_open_do_not_hold_the_deletion()
    {
        ShimContainer container = NewContainer("--with-ns", $"pid:/proc/{Environment.ProcessId}/ns/pid");
        container.Run(Options(timeout: TimeSpan.FromSeconds(15 * Surroundings.Patience)), "sh", "-c", "setsid sh -c 'sleep 1000 &'; exit 4").Exits(4);
    }
}
