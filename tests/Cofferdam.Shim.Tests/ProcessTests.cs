using System.Globalization;
using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

public sealed class ProcessTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    [Fact]
    public void Ps_lists_the_processes_of_the_container()
    {
        ShimContainer container = NewContainer();
        container.Detached("sh", "-c", "sleep 1000 & sleep 1000 & touch /ready; wait").Ok();
        container.AwaitFile("ready");
        int[] listed = [.. container.Task("ps").Ok().Stdout.Split('\n')[1..].Where(l => l.Length > 0)
            .Select(l => int.Parse(l.Split('\t', ' ')[0], CultureInfo.InvariantCulture)).Order()];
        int[] real = [.. container.CgroupFile("pids", "cgroup.procs").Split('\n').Select(l => int.Parse(l, CultureInfo.InvariantCulture)).Order()];
        Assert.Equal(real, listed);
        Assert.Contains(container.Pid, listed);
    }

    [Fact]
    public void Ps_tells_which_process_is_which_exec()
    {
        ShimContainer container = Sleeping();
        container.Exec(Options(), ["--exec-id", "probe", "--detach"], "sleep", "1000").Ok();
        Assert.Contains("probe", container.Task("ps").Ok().Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void State_tells_what_was_asked_for()
    {
        ShimContainer container = Sleeping();
        using TaskConnection shim = container.Connect();
        ProtobufFields state = shim.Call("State", container.Id).Ok();
        Assert.Equal(container.Id, state.Text(1));
        Assert.Equal(container.Bundle, state.Text(2));
        Assert.Equal((ulong)container.Pid, state.Number(3));
        Assert.Equal(2u, state.Number(4));
        Assert.StartsWith(Folder, state.Text(6), StringComparison.Ordinal);
        Assert.Equal(0u, state.Number(8));
        shim.Call("State", "nobody").Fails(TtrpcReply.NotFound);
    }

    [Fact]
    public void State_of_an_exec_has_its_pid_and_id()
    {
        ShimContainer container = Sleeping();
        container.Exec(Options(), ["--exec-id", "probe", "--detach"], "sleep", "1000").Ok();
        using TaskConnection shim = container.Connect();
        ProtobufFields state = shim.Call("State", container.Id, "probe").Ok();
        Assert.Equal("probe", state.Text(1));
        Assert.Equal(2u, state.Number(4));
        Assert.Equal("sleep 1000", Processes.CommandLine((int)state.Number(3)));
    }

    [Fact]
    public void Connect_tells_the_pids_of_shim_and_task()
    {
        ShimContainer container = Sleeping();
        using TaskConnection shim = container.Connect();
        ProtobufFields answer = shim.Call("Connect", container.Id).Ok();
        Assert.Contains("containerd-shim-", Processes.CommandLine((int)answer.Number(1)), StringComparison.Ordinal);
        Assert.Equal((ulong)container.Pid, answer.Number(2));
    }
}
