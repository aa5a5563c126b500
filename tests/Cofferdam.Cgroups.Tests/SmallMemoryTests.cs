using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Tests;

public sealed class SmallMemoryTests
{
    [Theory]
    [InlineData(1L, true)]
    [InlineData(SmallMemory.Bound - 1, true)]
    [InlineData(SmallMemory.Bound, false)]
    [InlineData(0L, false)]
    [InlineData(-1L, false)]
    [InlineData(null, false)]
    public void The_field_decides(long? limit, bool isSmall) =>
        Assert.Equal(isSmall, SmallMemory.IsAskedFor(new LinuxResources { Memory = new MemoryResources { Limit = limit } }));

    [Theory]
    [InlineData("memory.max", "262144", true)]
    [InlineData("memory.max", "256K\n", true)]
    [InlineData("memory.high", "3m", true)]
    [InlineData("memory.max", "4096k", false)]
    [InlineData("memory.max", "9223372036854775807k", false)]
    [InlineData("memory.max", "4M", false)]
    [InlineData("memory.max", "1G", false)]
    [InlineData("memory.max", "max", false)]
    [InlineData("memory.max", "", false)]
    [InlineData("memory.max", "k", false)]
    [InlineData("memory.low", "1", false)]
    public void A_file_of_unified_decides_too(string file, string value, bool isSmall) =>
        Assert.Equal(isSmall, SmallMemory.IsAskedFor(new LinuxResources { Unified = new Dictionary<string, string> { [file] = value } }));

    [Fact]
    public void Without_resources_nothing_is_small() => Assert.False(SmallMemory.IsAskedFor(null));

    [Fact]
    public void A_container_without_a_cgroup_has_no_limit() => Assert.False(SmallMemory.Is(new DisabledCgroup()));
}
