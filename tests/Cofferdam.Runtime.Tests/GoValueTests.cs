using Cofferdam.Runtime.CommandLine;

namespace Cofferdam.Runtime.Tests;

public sealed class GoValueTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("42", 42L)]
    [InlineData("-7", -7L)]
    [InlineData("+7", 7L)]
    [InlineData("0x1F", 31L)]
    [InlineData("0o17", 15L)]
    [InlineData("017", 15L)]
    [InlineData("0b101", 5L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("", null)]
    [InlineData("-", null)]
    [InlineData("0x", null)]
    [InlineData("08", null)]
    [InlineData("1k", null)]
    [InlineData(" 1", null)]
    public void Integers_are_read_with_their_radix(string text, long? expected) => Assert.Equal(expected, GoValue.ParseInteger(text));

    [Theory]
    [InlineData("5s", 5000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("250ms", 250)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("-1s", -1000)]
    [InlineData("0", 0)]
    [InlineData("5", null)]
    [InlineData("s", null)]
    [InlineData("", null)]
    [InlineData("5 s", null)]
    [InlineData("1d", null)]
    public void Durations_need_a_unit(string text, int? milliseconds) =>
        Assert.Equal(milliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : null, GoValue.ParseDuration(text));

    [Theory]
    [InlineData("1024", 1024L)]
    [InlineData("32k", 32L << 10)]
    [InlineData("32K", 32L << 10)]
    [InlineData("32kb", 32L << 10)]
    [InlineData("32KiB", 32L << 10)]
    [InlineData("64M", 64L << 20)]
    [InlineData("64 mb", 64L << 20)]
    [InlineData("1.5g", 3L << 29)]
    [InlineData("2T", 2L << 40)]
    [InlineData("1P", 1L << 50)]
    [InlineData("10b", 10L)]
    [InlineData("10i", null)]
    [InlineData("10x", null)]
    [InlineData("10kk", null)]
    [InlineData("k", null)]
    [InlineData("", null)]
    [InlineData("-5", null)]
    [InlineData("99999P", null)]
    public void Sizes_have_units_of_1024(string text, long? expected) => Assert.Equal(expected, GoValue.ParseSize(text));
}
