using Cofferdam.Cgroups;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Tests;

public sealed class ControlTests : KernelTest
{
    private const long Megabyte = 1 << 20;

    [Fact]
    public void Limits_hold_and_can_be_changed()
    {
        using Container container = StartIdle(static spec => spec with
        {
            Linux = spec.Linux with { Resources = new LinuxResources { Pids = new PidsResources { Limit = 20 }, Memory = new MemoryResources { Limit = 64 * Megabyte } } },
        });
        Assert.Equal(20ul, container.Stats().Pids.Limit);
        Assert.Equal(64ul * Megabyte, container.Stats().Memory.Usage.Limit);
        container.Update(new LinuxResources { Pids = new PidsResources { Limit = 30 } });
        Assert.Equal(30ul, container.Stats().Pids.Limit);
        Assert.Equal(64ul * Megabyte, container.Stats().Memory.Usage.Limit);
    }

    [Fact]
    public void An_update_that_the_kernel_would_refuse_names_the_field()
    {
        using Container container = StartIdle();
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => container.Update(new LinuxResources { Cpu = new CpuResources { Period = 7 } }));
        Assert.Contains("linux.resources.cpu.period", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Processes_are_those_of_the_host()
    {
        using Container container = StartIdle();
        using ContainerProcess other = container.Exec(new ExecOptions { Process = ShellProcess("exec sleep 600") });
        Assert.Equal([container.Init.Pid, other.Pid], container.Processes().Order());
        other.Signal(Signals.Kill);
        Assert.Equal(128 + Signals.Kill, other.Wait().ShellCode);
        Assert.Equal("os: process already finished", Assert.Throws<CofferdamException>(() => other.Signal(Signals.Kill)).Message);
    }

    [Fact]
    public void Want_of_memory_is_announced_and_counted()
    {
        ContainerId id = NewId();
        using Container container = Container.Create(Root, id, Options(id, "x=$(tail -c 100000000 /dev/zero)", static spec => spec with
        {
            Linux = spec.Linux with { Resources = new LinuxResources { Memory = new MemoryResources { Limit = 16 * Megabyte, Swap = 16 * Megabyte } } },
        }));
        using MemoryWatch watch = container.WatchOom();
        using MemoryWatch other = container.WatchOom();
        container.Start();
        OomReport? report = watch.Wait(TimeSpan.FromSeconds(30))?.Oom;
        Assert.NotNull(report);
        Assert.Equal(OomScope.Container, report.Scope);
        Assert.EndsWith(CgroupsPath(container.Id), report.Cgroup, StringComparison.Ordinal);
        Assert.Equal(16ul * Megabyte, report.Limit);
        Assert.NotNull(other.Wait(TimeSpan.FromSeconds(30))?.Oom);
        container.Init.Wait();
        Assert.True(container.OomKills() > 0);
    }

    [Fact]
    public void Memory_pressure_can_be_watched_until_the_cgroup_goes()
    {
        using Container container = StartIdle();
        using MemoryWatch watch = container.WatchMemoryPressure(MemoryPressureLevel.Medium);
        Assert.Null(watch.Wait(TimeSpan.Zero));
        Assert.False(watch.Ended);
        container.Delete(force: true);
        Assert.Null(watch.Wait(TimeSpan.FromSeconds(30)));
        Assert.True(watch.Ended);
    }

    [Fact]
    public void A_container_without_a_cgroup_runs_and_lists_its_processes()
    {
        ContainerId id = NewId();
        using Container container = Container.Create(Root, id, Options(id, "exec sleep 600") with { CgroupManager = CgroupManagerKind.Disabled });
        container.Start();
        Assert.Equal([container.Init.Pid], container.Processes());
        Assert.Throws<CofferdamException>(container.Pause);
        container.Signal(Signals.Kill);
        container.Init.Wait();
        container.Delete();
    }

    [Fact]
    public void A_terminal_is_resized_by_whoever_holds_it()
    {
        using Container container = StartIdle();
        using ContainerProcess process = container.Exec(new ExecOptions { Process = ShellProcess("exec sleep 600") with { Terminal = true } });
        Assert.NotNull(process.Console);
        process.Resize(120, 40);
        Assert.Equal(new WindowSize(120, 40), Terminals.ReadSize(process.Console));
        Assert.Throws<CofferdamException>(() => container.Init.Resize(1, 1));
        // Also reaps what was started here: without that, init could not end.
        container.Delete(force: true);
    }
}
