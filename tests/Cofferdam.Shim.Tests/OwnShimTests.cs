using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>What our shim promises beyond the contract.</summary>
public sealed class OwnShimTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    [Fact]
    public void No_program_is_executed_but_the_inits_of_containers_and_execs()
    {
        using var made = new HandMadeShim(this, "a");
        using TaskConnection shim = made.Started();
        int pid = ShimProcesses.Of(Tag).Single();
        string trace = Path.Combine(Folder, "trace");
        using Command strace = Command.Start(["strace", "-f", "-qq", "-e", "trace=execve,execveat", "-o", trace, "-p", $"{pid}"], Options());
        Eventually.True(() => Processes.Status(pid, "TracerPid") != "0", "strace is attached");
        shim.Call("Create", made.CreateRequest()).Ok();
        shim.Call("Start", made.Id).Ok();
        shim.Call("Exec", ExecRequest(made.Id, "e")).Ok();
        shim.Call("Start", made.Id, "e").Ok();
        shim.Call("Wait", made.Id, "e").Ok();
        shim.Call("Delete", made.Id, "e").Ok();
        shim.Kill(made.Id, 9).Ok();
        shim.Call("Wait", made.Id).Ok();
        shim.Call("Delete", made.Id).Ok();
        strace.Signal(Libc.SIGINT);
        strace.Wait();
        string[] calls = [.. File.ReadAllLines(trace).Where(l => l.Contains("exec", StringComparison.Ordinal) && l.TrimEnd().EndsWith("= 0", StringComparison.Ordinal))];
        // Two for each: its own executable as init, and the program.
        Assert.True(calls.Length <= 4, string.Join('\n', calls));
        Assert.Equal(2, calls.Count(c => c.Contains("/bin/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("containerd.task.v2.Task")]
    [InlineData("containerd.task.v3.Task")]
    public void Both_versions_of_the_task_service_are_served(string service)
    {
        ShimContainer container = Sleeping();
        using TaskConnection shim = container.Connect();
        shim.Service = service;
        Assert.Equal((ulong)container.Pid, shim.Call("State", container.Id).Ok().Number(3));
    }

    [Fact]
    public void A_client_that_vanishes_in_the_midst_of_a_start_leaves_no_unknown_process()
    {
        ShimContainer container = Sleeping();
        string[] execs = [.. Enumerable.Range(0, 10).Select(i => $"probe{i}")];
        foreach (string exec in execs)
        {
            using Command client = container.StartExec(Options(), ["--exec-id", exec, "--detach"], "sleep", "1000");
            Eventually.True(() => client.HasExited || Processes.CommandLine(client.Pid).Contains("task exec", StringComparison.Ordinal), "ctr runs");
            client.Signal(Libc.SIGKILL);
            client.Wait();
        }
        using TaskConnection shim = container.Connect();
        // What was asked for goes on without the client; then each process belongs to an exec that can be named.
        Eventually.True(() =>
        {
            int[] known = [.. execs.Select(e => shim.Call("State", container.Id, e)).Where(r => r.Code == 0).Select(r => (int)r.Ok().Number(3)).Where(p => p != 0)];
            int[] real = [.. container.CgroupFile("pids", "cgroup.procs").Split('\n').Select(int.Parse).Where(p => p != container.Pid)];
            return known.Order().SequenceEqual(real.Order());
        }, "the processes are those of the execs");
    }

    [Fact]
    public void A_hostile_frame_ends_its_connection_and_no_other()
    {
        ShimContainer container = Sleeping();
        using TaskConnection good = container.Connect();
        foreach (uint length in new uint[] { 0x7fffffff, 0xffffffff, 5 << 20 })
        {
            using TaskConnection hostile = container.Connect();
            hostile.Raw.SendFrame(1, 1, 0, [1, 2, 3], claimedLength: length);
        }
        using (TaskConnection hostile = container.Connect())
        {
            hostile.Raw.SendFrame(1, 1, 0, [0xff, 0xff, 0xff]);
            hostile.Raw.SendFrame(2, 1, 0, []);
            hostile.Raw.SendFrame(1, 77, 0xff, [0]);
        }
        using (TaskConnection half = container.Connect())
            half.Raw.SendRaw([0, 0, 0]);
        Assert.Equal((ulong)container.Pid, good.Call("State", container.Id).Ok().Number(3));
        using TaskConnection late = container.Connect();
        Assert.Equal((ulong)container.Pid, late.Call("State", container.Id).Ok().Number(3));
    }

    [Fact]
    public void A_thousand_connections_do_not_keep_the_shim_busy()
    {
        ShimContainer container = Sleeping();
        for (int i = 0; i < 1000; i++)
            container.Connect().Dispose();
        int shim = container.ShimPid;
        Eventually.True(() => Directory.GetFiles($"/proc/{shim}/fd").Length < 50, "the shim has closed them too");
    }

    [Fact]
    public void Descriptors_do_not_grow_with_the_execs()
    {
        ShimContainer container = Sleeping();
        int shim = container.ShimPid;
        container.Exec("true").Ok();
        int before = Directory.GetFiles($"/proc/{shim}/fd").Length;
        for (int i = 0; i < 10; i++)
            container.Exec("true").Ok();
        Eventually.True(() => Directory.GetFiles($"/proc/{shim}/fd").Length <= before + 1, "no descriptor is left of an exec");
    }

    [Fact]
    public void The_shim_is_spared_by_the_oom_killer_longer_than_its_container()
    {
        ShimContainer container = Sleeping();
        int Score(int pid) => int.Parse(File.ReadAllText($"/proc/{pid}/oom_score_adj"));
        Assert.True(Score(container.ShimPid) <= Score(container.Pid));
    }

    [Fact]
    public void A_shim_has_as_many_descriptors_as_it_may_and_its_containers_as_many_as_ever()
    {
        using var made = new HandMadeShim(this, "a") { Prelude = "ulimit -Sn 300" };
        string log = Path.Combine(Folder, "log");
        made.Config.Args("sh", "-c", "ulimit -Sn; exec sleep 1000").Set("process.rlimits", "[]");
        using TaskConnection shim = made.Started();
        int pid = (int)shim.Call("Connect", made.Id).Ok().Number(1);
        string limit = File.ReadLines($"/proc/{pid}/limits").Single(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        Assert.Single(limit.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3..5].Distinct());
        shim.Call("Create", made.CreateRequest().Text(6, $"file://{log}")).Ok();
        shim.Call("Start", made.Id).Ok();
        shim.Call("Exec", ExecRequest(made.Id, "e", "sh", "-c", "ulimit -Sn").Text(5, $"file://{log}.exec")).Ok();
        shim.Call("Start", made.Id, "e").Ok();
        shim.Call("Wait", made.Id, "e").Ok();
        shim.Call("Delete", made.Id, "e").Ok();
        Assert.Equal("300\n300\n", File.ReadAllText(log) + File.ReadAllText(log + ".exec"));
    }

    /// <summary>Its end is kept from the parent until the tracer lets go, though the pidfd tells of it.</summary>
    [Fact]
    public void A_process_that_somebody_traces_when_it_ends_holds_up_nothing_but_its_own_exit()
    {
        using var made = new HandMadeShim(this, "a");
        using TaskConnection shim = made.Started();
        shim.Call("Create", made.CreateRequest()).Ok();
        int pid = (int)shim.Call("Start", made.Id).Ok().Number(1);
        uint wait = shim.Send("Wait", made.Id);
        using (new Tracer(pid))
        {
            shim.Kill(made.Id, 9).Ok();
            Eventually.True(() => Processes.State(pid) == 'Z', "the process has ended");
            Assert.Equal((ulong)pid, shim.Call("State", made.Id).Ok().Number(3));
        }
        Assert.Equal(137u, shim.Receive(wait).Ok().Number(1));
    }

    [Fact]
    public void Fields_that_no_runtime_can_honour_are_refused_by_name()
    {
        using var made = new HandMadeShim(this, "a");
        using TaskConnection shim = made.Started();
        shim.Call("Create", made.CreateRequest().Text(8, "/images").Text(9, "/parents")).Fails(TtrpcReply.InvalidArgument, "parent_checkpoint", "/parents");
        shim.Call("Create", made.CreateRequest()).Ok();
        shim.Call("Start", made.Id).Ok();
        ProtobufMessage checkpoint = new ProtobufMessage().Text(1, made.Id).Text(2, "/images");
        shim.Call("Checkpoint", checkpoint.Any(3, "containerd.runc.v1.CheckpointOptions", new ProtobufMessage().Text(6, "uts").ToArray()))
            .Fails(TtrpcReply.InvalidArgument, "empty_namespaces", "uts");
    }
}
