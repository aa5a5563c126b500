using Cofferdam.Linux;

namespace Cofferdam.Cgroups.Tests;

public sealed class FreezerTests
{
    private const int SIGKILL = 9;
    private const int SIGUSR1 = 10;

    [Fact]
    public void Freezing_and_thawing_are_seen_in_the_state()
    {
        using ScratchCgroup scratch = new();
        Assert.Equal(FreezerState.Undefined, scratch.Cgroup.ReadFreezerState());
        scratch.Create();
        ChildProcess child = scratch.RunUntilReady("echo ready; exec sleep 100");
        Assert.Equal(FreezerState.Thawed, scratch.Cgroup.ReadFreezerState());
        scratch.Cgroup.Freeze();
        Assert.Equal(FreezerState.Frozen, scratch.Cgroup.ReadFreezerState());
        scratch.Cgroup.Freeze();
        scratch.Cgroup.Thaw();
        Assert.Equal(FreezerState.Thawed, scratch.Cgroup.ReadFreezerState());
        Assert.Null(child.Wait(TimeSpan.Zero));
    }

    [Fact]
    public void A_tree_that_forks_all_the_time_is_frozen_and_killed()
    {
        using ScratchCgroup scratch = new();
        scratch.Create(new() { Pids = new() { Limit = 200 } });
        scratch.RunUntilReady("f() { while :; do /bin/true & wait $!; done; }; f & f & f & f & echo ready; wait");
        scratch.Cgroup.Freeze();
        Assert.Equal(FreezerState.Frozen, scratch.Cgroup.ReadFreezerState());
        scratch.Cgroup.Thaw();
        scratch.Cgroup.KillAll(SIGKILL);
        scratch.Cgroup.Remove();
        Assert.False(scratch.Cgroup.Exists());
    }

    [Fact]
    public void A_paused_container_dies_of_a_kill()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        ChildProcess child = scratch.RunUntilReady("echo ready; exec sleep 100");
        scratch.Cgroup.Freeze();
        scratch.Cgroup.KillAll(SIGKILL);
        Assert.Equal(SIGKILL, child.Wait(TimeSpan.FromSeconds(10))?.Signal);
    }

    [Fact]
    public void A_nested_cgroup_that_the_container_froze_does_not_outlive_a_kill()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        string nested = scratch.PathOf("freezer", "nested");
        Directory.CreateDirectory(nested);
        ChildProcess child = scratch.RunUntilReady($"echo $$ > {nested}/cgroup.procs; echo ready; exec sleep 100");
        Files.Write(nested + "/freezer.state", "FROZEN");
        scratch.Cgroup.KillAll(SIGKILL);
        Assert.Equal(SIGKILL, child.Wait(TimeSpan.FromSeconds(10))?.Signal);
    }

    [Fact]
    public void Another_signal_leaves_a_paused_container_paused_and_reaches_it_later()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        ChildProcess child = scratch.RunUntilReady("exec 2>/dev/null; trap 'exit 7' USR1; echo ready; while :; do sleep 0.05; done");
        scratch.Cgroup.Freeze();
        scratch.Cgroup.KillAll(SIGUSR1);
        Assert.Equal(FreezerState.Frozen, scratch.Cgroup.ReadFreezerState());
        Assert.Null(child.Wait(TimeSpan.Zero));
        scratch.Cgroup.Thaw();
        Assert.NotNull(child.Wait(TimeSpan.FromSeconds(10)));
    }
}
