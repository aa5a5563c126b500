using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

public sealed class PodTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    /// <summary>What Kubernetes' runtime writes, and the shim's own word for the same.</summary>
    public static TheoryData<string> Keys { get; } = ["io.kubernetes.cri.sandbox-id", OwnKey];

    private static string OwnKey => ShimUnderTest.IsOurs ? "io.containerd.coffer.v2.group" : "io.containerd.runc.v2.group";

    [Theory]
    [MemberData(nameof(Keys))]
    public void Containers_of_a_group_have_one_shim(string key)
    {
        ShimContainer[] containers = [Member(key), Member(key), Member(key)];
        Assert.Single(containers.Select(c => c.ShimPid).Distinct());
        Assert.Single(ShimProcesses.Of(Tag));
        Assert.Equal(3, containers.Select(c => c.Pid).Distinct().Count());
    }

    [Fact]
    public void Containers_without_a_group_have_a_shim_each()
    {
        ShimContainer[] containers = [Sleeping(), Sleeping()];
        Assert.Equal(2, containers.Select(c => c.ShimPid).Distinct().Count());
    }

    [Fact]
    public void The_shim_of_a_pod_ends_with_its_last_container()
    {
        ShimContainer[] containers = [Member(), Member(), Member()];
        int shim = containers[0].ShimPid;
        string socket = containers[0].ShimSocket;
        // The first one too, whose start made the shim.
        containers[0].Destroy();
        containers[1].Destroy();
        Assert.True(Processes.IsAlive(shim));
        Assert.Equal("on", containers[2].Exec("echo", "on").Ok().Output);
        containers[2].Destroy();
        Eventually.True(() => !Processes.IsAlive(shim) && !File.Exists(socket), "shim and socket are gone");
    }

    [Fact]
    public void Members_join_the_namespaces_of_the_first()
    {
        ShimContainer sandbox = Member();
        string[] kinds = ["net", "ipc", "uts", "pid"];
        string[] options = [.. kinds.SelectMany(k => new[] { "--with-ns", $"{(k == "net" ? "network" : k)}:/proc/{sandbox.Pid}/ns/{k}" })];
        ShimContainer member = Member(options: options);
        foreach (string kind in kinds)
            Assert.Equal(Processes.Namespace(sandbox.Pid, kind), Processes.Namespace(member.Pid, kind));
        Assert.NotEqual(Processes.Namespace(sandbox.Pid, "mnt"), Processes.Namespace(member.Pid, "mnt"));
        Assert.Contains("sleep 1000", member.Exec("cat", "/proc/1/cmdline").Ok().Output.Replace('\0', ' '), StringComparison.Ordinal);
    }

    [Fact]
    public void Members_of_a_shared_pid_namespace_end_by_themselves_and_with_it()
    {
        ShimContainer sandbox = Member();
        string join = $"pid:/proc/{sandbox.Pid}/ns/pid";
        ShimContainer first = Member(options: ["--with-ns", join]), second = Member(options: ["--with-ns", join]);
        first.Kill("SIGKILL").Ok();
        first.DeletedWith(137);
        Assert.Equal(("RUNNING", "RUNNING"), (sandbox.Status, second.Status));
        // All processes of a pid namespace end with its first one.
        sandbox.Kill("SIGKILL").Ok();
        sandbox.DeletedWith(137);
        second.DeletedWith(137);
    }

    [Fact]
    public void Events_of_members_name_their_container()
    {
        _ = shared.Events;
        ShimContainer sandbox = Member(), member = NewContainer(Annotation());
        member.Run("sh", "-c", "exit 3").Exits(3);
        IReadOnlyList<TaskEvent> events = shared.Events.Await(Tag, e => e.Topic == "delete", "the deletion");
        Assert.Equal(["create", "start"], events.Where(e => e.ContainerId == sandbox.Id).Select(e => e.Topic));
        Assert.Equal(["create", "start", "exit", "delete"], events.Where(e => e.ContainerId == member.Id).Select(e => e.Topic));
    }

    [Fact]
    public void Members_that_start_at_once_share_the_shim()
    {
        Member();
        ShimContainer[] members = [.. Enumerable.Range(0, 6).Select(_ => NewContainer(Annotation()))];
        Parallel.ForEach(members, m => m.Detached("sleep", "1000").Ok());
        Assert.Single(ShimProcesses.Of(Tag));
    }

    private string[] Annotation(string key = "io.kubernetes.cri.sandbox-id") => ["--annotation", $"{key}={Tag}-pod"];

    private ShimContainer Member(string key = "io.kubernetes.cri.sandbox-id", string[]? options = null) => Sleeping([.. Annotation(key), .. options ?? []]);
}
