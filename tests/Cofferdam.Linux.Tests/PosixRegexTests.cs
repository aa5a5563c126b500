namespace Cofferdam.Linux.Tests;

public sealed class PosixRegexTests
{
    [Theory]
    [InlineData("^a[0-9]+$", "a12", true)]
    [InlineData("^a[0-9]+$", "a12b", false)]
    [InlineData("b", "abc", true)]
    [InlineData("x|bc$", "abc", true)]
    [InlineData("(ab){2}", "abab", true)]
    [InlineData("a.c", "abc", true)]
    [InlineData("a\\.c", "abc", false)]
    [InlineData("", "abc", true)]
    public void It_matches_as_grep_E_does(string pattern, string text, bool expected)
    {
        using PosixRegex regex = new(pattern);
        Assert.Equal(expected, regex.IsMatch(text));
    }

    [Theory]
    [InlineData("a(")]
    [InlineData("[a")]
    [InlineData("a\0b")]
    public void A_malformed_pattern_is_refused(string pattern) =>
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => new PosixRegex(pattern)).Errno);

    [Fact]
    public void A_disposed_one_is_not_used_again()
    {
        PosixRegex regex = new("a");
        regex.Dispose();
        regex.Dispose();
        Assert.Throws<ObjectDisposedException>(() => regex.IsMatch("a"));
    }
}
