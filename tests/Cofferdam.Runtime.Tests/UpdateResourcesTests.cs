using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Commands;
using Cofferdam.Spec;

namespace Cofferdam.Runtime.Tests;

public sealed class UpdateResourcesTests
{
    [Fact]
    public void Nothing_given_changes_nothing() => Assert.Equal(new LinuxResources(), Build());

    [Fact]
    public void Each_option_has_its_field()
    {
        LinuxResources resources = Build(
            "--blkio-weight", "500", "--cpu-period", "100000", "--cpu-quota", "-1", "--cpu-burst", "5", "--cpu-share", "512",
            "--cpu-rt-period", "6", "--cpu-rt-runtime", "7", "--cpuset-cpus", "0-1", "--cpuset-mems", "0", "--cpu-idle", "1",
            "--memory", "64M", "--memory-reservation", "1k", "--memory-swap", "128M", "--pids-limit", "20");
        Assert.Equal(new CpuResources
        {
            Period = 100000,
            Quota = -1,
            Burst = 5,
            Shares = 512,
            RealtimePeriod = 6,
            RealtimeRuntime = 7,
            Cpus = "0-1",
            Mems = "0",
            Idle = 1,
        }, resources.Cpu);
        Assert.Equal(new MemoryResources { Limit = 64 << 20, Reservation = 1024, Swap = 128 << 20 }, resources.Memory);
        Assert.Equal((ushort)500, resources.BlockIo!.Weight);
        Assert.Equal(20, resources.Pids!.Limit);
    }

    [Fact]
    public void No_memory_limit_lifts_the_limit_with_swap_too()
    {
        Assert.Equal(-1, Build("--memory", "-1").Memory!.Swap);
        Assert.Equal(5, Build("--memory", "-1", "--memory-swap", "5b").Memory!.Swap);
    }

    [Theory]
    [InlineData("--cpu-share", "-1")]
    [InlineData("--cpu-quota", "1.5")]
    [InlineData("--memory", "lots")]
    [InlineData("--blkio-weight", "70000")]
    [InlineData("--blkio-weight", "-1")]
    public void Wrong_values_name_the_option(string option, string value)
    {
        CofferdamException e = Assert.Throws<CofferdamException>(() => Build(option, value));
        Assert.Equal($"invalid value for {option[2..]}: '{value}'", e.Message);
    }

    private static LinuxResources Build(params string[] args)
    {
        CommandDefinition command = CommandTable.Find("update")!;
        ParsedOptions options = new(command.Options);
        OptionParser.ParseCommand(command, [.. args, "c1"], 0, options);
        return UpdateResources.FromOptions(options);
    }
}
