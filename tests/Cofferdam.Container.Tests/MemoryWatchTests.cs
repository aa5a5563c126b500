using Cofferdam.Cgroups;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Tests;

/// <summary>The ways to wait for a container's want of memory.</summary>
public sealed class MemoryWatchTests : KernelTest
{
    private const long Megabyte = 1 << 20;

    private Container CreateHungry(string script)
    {
        ContainerId id = NewId();
        return Container.Create(Root, id, Options(id, script, static spec => spec with
        {
            Linux = spec.Linux with { Resources = new LinuxResources { Memory = new MemoryResources { Limit = 16 * Megabyte, Swap = 16 * Megabyte } } },
        }));
    }

    [Fact]
    public async Task A_stream_tells_of_each_kill_and_ends_with_the_container()
    {
        // Each waits for its go, so that the kills do not fall together.
        using Container container = CreateHungry("for n in 1 2; do while [ ! -e /tmp/$n ]; do sleep 0.01; done; tail /dev/zero; done");
        using MemoryWatch watch = container.WatchOom();
        container.Start();
        Go(container, 1);
        List<OomReport> reports = [];
        await foreach (MemoryNotice notice in watch.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            Assert.NotNull(notice.Oom);
            reports.Add(notice.Oom);
            if (reports.Count == 1) Go(container, 2);
        }

        Assert.True(watch.Ended);
        Assert.Equal(2ul, reports[^1].Kills);
        Assert.Equal(2ul, container.OomKills());
        Assert.Equal(reports[^1].Cgroup, container.ReadOomReport()!.Cgroup);
        Assert.Null(watch.Wait());
    }

    [Fact]
    public void A_wait_can_be_cancelled_and_begun_again()
    {
        using Container container = StartIdle();
        using MemoryWatch watch = container.WatchOom();
        using (CancellationTokenSource source = new())
        {
            Thread canceller = new(source.Cancel);
            canceller.Start();
            Assert.Throws<OperationCanceledException>(() => watch.Wait(null, source.Token));
            canceller.Join();
        }

        Assert.False(watch.Ended);
        container.Signal(Signals.Kill);
        Assert.Null(watch.Wait(TimeSpan.FromSeconds(30)));
        Assert.True(watch.Ended);
    }

    [Fact]
    public void A_container_that_ended_well_has_no_report()
    {
        using Container container = CreateHungry("exit 1");
        using MemoryWatch watch = container.WatchOom();
        container.Start();
        Assert.Null(watch.Wait(TimeSpan.FromSeconds(30)));
        Assert.True(watch.Ended);
        Assert.Null(container.ReadOomReport());
        container.Init.Wait();
        Assert.Throws<CofferdamException>(container.WatchOom);
    }

    [Fact]
    public void The_interfaces_of_a_container_of_its_own_network_are_counted()
    {
        using Container container = StartIdle();
        Assert.Empty(container.ReadNetworkStats());
        Run("nsenter", "-t", container.Init.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture), "-n", "ip", "link", "add", "d0", "type", "veth", "peer", "name", "d1");
        Assert.Equal(["d0", "d1"], container.ReadNetworkStats().Select(static i => i.Name).Order());
    }

    // /tmp is a tmpfs of the container's own.
    private static void Go(Container container, int number) => Assert.Equal("", Exec(container, $"echo >/tmp/{number}", out _));

    private static void Run(string program, params string[] arguments)
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
        Assert.SkipUnless(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} does not work here");
    }
}
