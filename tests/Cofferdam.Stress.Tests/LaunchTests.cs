using System.Text.Json.Nodes;
using Cofferdam.Testing;

namespace Cofferdam.Stress.Tests;

/// <summary>
/// Thousands of launches: none hangs, and descriptors, mounts, processes, cgroups and state directories are as before. The
/// count of the long ones is COFFER_STRESS_LAUNCHES.
/// </summary>
[Collection("launches")]
public sealed class LaunchTests : StressTest
{
    private const int Allocators = 6;

    [Fact]
    public void Thousands_of_runs_leave_nothing() =>
        new LaunchLoad(Scratch).Run(LaunchLoad.CompiledAhead, "commands", LaunchLoad.Launches, NewContainer("true"));

    [Fact]
    public void Thousands_of_launches_beside_a_busy_collector_leave_nothing()
    {
        JsonObject report = new LaunchLoad(Scratch).Run(LaunchLoad.CompiledAhead, "containers", LaunchLoad.Launches, NewContainer("true"), Allocators);
        Assert.Equal("aot", (string?)report["runtime"]);
        // Without collections the test would prove nothing.
        Assert.InRange((int)report["collections"]!, LaunchLoad.Launches / 4, int.MaxValue);
    }

    [Fact]
    public void Hundreds_of_execs_beside_a_busy_collector_leave_nothing()
    {
        JsonObject report = new LaunchLoad(Scratch).Run(LaunchLoad.CompiledAhead, "execs", 300, NewContainer("sleep", "1000"), Allocators);
        Assert.InRange((int)report["collections"]!, 10, int.MaxValue);
    }

    [Fact]
    public void User_namespaces_beside_a_busy_collector_leave_nothing()
    {
        Container container = NewContainer("true");
        container.Config.UserNamespace();
        Scratch.Host("chown", "-hR", "100000:100000", container.Rootfs).Ok();
        new LaunchLoad(Scratch).Run(LaunchLoad.CompiledAhead, "containers", 100, container, Allocators);
    }

    [Theory]
    [InlineData("containers", 50)]
    [InlineData("execs", 50)]
    public void A_program_under_the_JIT_launches_too(string kind, int count)
    {
        Container container = kind == "execs" ? NewContainer("sleep", "1000") : NewContainer("true");
        JsonObject report = new LaunchLoad(Scratch).Run(LaunchLoad.JustInTime, kind, count, container, Allocators);
        Assert.Equal("jit", (string?)report["runtime"]);
    }
}
