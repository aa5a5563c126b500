using Cofferdam.Cgroups.V1;

namespace Cofferdam.Cgroups.Tests;

public sealed class StatsParsingTests
{
    [Fact]
    public void Numbers_max_and_nonsense()
    {
        Assert.Equal(12ul, KernelText.Number("12\n"));
        Assert.Equal(ulong.MaxValue, KernelText.Number("max"));
        Assert.Equal(0ul, KernelText.Number("-3"));
        Assert.Equal(0ul, KernelText.Number(""));
        Assert.Equal([1ul, 2, 3], KernelText.Numbers("1 2  3 \n"));
    }

    [Fact]
    public void Keyed_lines()
    {
        Dictionary<string, ulong> values = KernelText.Keyed("nr_periods 5\nnr_throttled 2\nthrottled_time 18446744073709551615\n");
        Assert.Equal(5ul, values["nr_periods"]);
        Assert.Equal(ulong.MaxValue, values["throttled_time"]);
        Assert.Empty(KernelText.Keyed(null));
    }

    [Fact]
    public void Ranges_of_cpus()
    {
        Assert.Equal([0, 1, 2, 7], KernelText.Ranges("0-2,7\n"));
        Assert.Empty(KernelText.Ranges("\n"));
        Assert.Empty(KernelText.Ranges(null));
    }

    [Fact]
    public void Block_io_with_and_without_operations()
    {
        IReadOnlyList<BlkioEntry> entries = BlkioStatsFiles.Parse("8:0 Read 100\n8:0 Write 0\n8:0 Total 100\n254:16 7\nTotal 100\n");
        Assert.Equal([new(8, 0, "Read", 100), new(8, 0, "Write", 0), new(8, 0, "Total", 100), new(254, 16, "", 7)], entries);
    }

    [Fact]
    public void Pages_by_node()
    {
        NumaStats stats = NumaStatFile.Parse("total=44 N0=40 N1=4\nfile=1 N0=1 N1=0\nhierarchical_total=60 N0=60\n");
        Assert.Equal(44ul, stats.Total.Total);
        Assert.Equal(4ul, stats.Total.Nodes[1]);
        Assert.Equal(60ul, stats.HierarchicalTotal.Total);
        Assert.Equal(0ul, stats.Anon.Total);
    }

    [Fact]
    public void Cpu_time_by_mode()
    {
        (List<ulong> user, List<ulong> kernel) = CpuStatsFiles.ParseUsageAll("cpu user system\n0 10 20\n1 30 40\n");
        Assert.Equal([10ul, 30], user);
        Assert.Equal([20ul, 40], kernel);
    }

    [Fact]
    public void Rdma_limits()
    {
        Assert.Equal(
            [new("mlx4_0", 2, 2000), new("ocrdma1", 3, uint.MaxValue)],
            RdmaFile.Parse("mlx4_0 hca_handle=2 hca_object=2000\nocrdma1 hca_handle=3 hca_object=max\n"));
    }

    [Theory]
    [InlineData(null, null, FreezerState.Undefined)]
    [InlineData("THAWED", "0", FreezerState.Thawed)]
    [InlineData("FROZEN", "1", FreezerState.Frozen)]
    [InlineData("FREEZING", "1", FreezerState.Freezing)]
    [InlineData("FROZEN", null, FreezerState.Frozen)]
    [InlineData("FROZEN", "0", FreezerState.Thawed)]
    [InlineData("FREEZING", "0", FreezerState.Thawed)]
    public void Frozen_by_a_parent_is_not_frozen_itself(string? state, string? self, FreezerState expected) =>
        Assert.Equal(expected, V1Freezer.Parse(state, self));
}
