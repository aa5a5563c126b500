using Cofferdam.Cgroups.V2;
using Cofferdam.Spec;
using CpuController = Cofferdam.Cgroups.V2.CpuController;
using MemoryController = Cofferdam.Cgroups.V2.MemoryController;

namespace Cofferdam.Cgroups.Tests;

/// <summary>From runtime-spec's values, which are those of v1, to those of v2.</summary>
public sealed class V2ConversionTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(100, 17)]
    [InlineData(512, 59)]
    [InlineData(1024, 100)]
    [InlineData(2048, 174)]
    [InlineData(100000, 4340)]
    [InlineData(262143, 10000)]
    [InlineData(262144, 10000)]
    [InlineData(1_000_000, 10000)]
    public void Shares_become_weights_by_runc_s_parabola(ulong shares, ulong weight) => Assert.Equal(weight, Conversions.CpuWeight(shares));

    [Fact]
    public void More_shares_are_never_less_weight()
    {
        ulong last = 0;
        for (ulong shares = 2; shares <= 262144; shares++)
        {
            ulong weight = Conversions.CpuWeight(shares);
            Assert.True(weight >= last && weight is >= 1 and <= 10000);
            last = weight;
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 1)]
    [InlineData(100, 910)]
    [InlineData(500, 4950)]
    [InlineData(1000, 10000)]
    public void Block_weights_become_io_weights(ushort weight, ulong expected) => Assert.Equal(expected, Conversions.IoWeight(weight));

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(100L, null, null)]
    [InlineData(100L, 0L, null)]
    [InlineData(100L, 300L, "200")]
    [InlineData(100L, 100L, "0")]
    [InlineData(100L, -1L, "max")]
    [InlineData(-1L, null, "max")]
    [InlineData(-1L, 0L, "max")]
    [InlineData(-1L, 300L, "300")]
    [InlineData(null, -1L, "max")]
    public void Swap_is_what_the_sum_leaves_beside_memory(long? limit, long? sum, string? swap) =>
        Assert.Equal(swap, MemoryController.Swap(new MemoryResources { Limit = limit, Swap = sum }));

    [Fact]
    public void Swap_of_a_new_container_needs_a_limit_of_memory()
    {
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => MemoryController.Swap(new MemoryResources { Swap = 5 }));
        Assert.Equal("linux.resources.memory.swap: needs memory.limit, of which it is the sum with swap", refusal.Message);
    }

    [Theory]
    // What was not given is read; a sum that was set before is kept.
    [InlineData(null, 300L, 100ul, ulong.MaxValue, "200")]
    [InlineData(null, 300L, ulong.MaxValue, ulong.MaxValue, "300")]
    [InlineData(150L, null, 100ul, 200ul, "150")]
    [InlineData(50L, null, 100ul, 200ul, "250")]
    [InlineData(300L, null, 100ul, 200ul, "0")]
    [InlineData(150L, null, 100ul, ulong.MaxValue, null)]
    [InlineData(150L, null, 100ul, 0ul, null)]
    [InlineData(150L, null, 100ul, null, null)]
    [InlineData(150L, null, ulong.MaxValue, 200ul, null)]
    [InlineData(150L, 400L, 100ul, 200ul, "250")]
    [InlineData(-1L, null, 100ul, 200ul, "max")]
    [InlineData(null, -1L, 100ul, 200ul, "max")]
    public void An_update_reads_what_it_does_not_change(long? limit, long? sum, ulong presentLimit, ulong? presentSwap, string? swap) =>
        Assert.Equal(swap, MemoryController.SwapAfterChange(new MemoryResources { Limit = limit, Swap = sum }, presentLimit, presentSwap));

    [Fact]
    public void An_update_cannot_take_memory_above_the_sum()
    {
        CofferdamException refusal = Assert.Throws<CofferdamException>(
            () => MemoryController.SwapAfterChange(new MemoryResources { Limit = 301 }, 100, 200));
        Assert.Contains("301 is above the present limit of memory and swap together, 300 (hint: set memory.swap as well)", refusal.Message);
    }

    [Theory]
    [InlineData(null, null, null, null)]
    [InlineData(50000L, null, null, "50000 100000")]
    [InlineData(50000L, 20000ul, null, "50000 20000")]
    [InlineData(null, 20000ul, null, "max 20000")]
    [InlineData(-1L, null, null, "max 100000")]
    [InlineData(50000L, null, "max 30000", "50000")]
    [InlineData(-1L, null, "50000 30000", "max")]
    [InlineData(null, 20000ul, "50000 30000", "50000 20000")]
    [InlineData(-1L, 20000ul, "50000 30000", "max 20000")]
    [InlineData(0L, 0ul, "50000 30000", null)]
    public void Quota_and_period_are_one_value(long? quota, ulong? period, string? present, string? expected) =>
        Assert.Equal(expected, CpuController.Bandwidth(new CpuResources { Quota = quota, Period = period }, present is null ? null : () => present));
}
