namespace Cofferdam.Linux.Tests;

public sealed class SignalsTests
{
    [Theory]
    [InlineData("SIGKILL", 9)]
    [InlineData("KILL", 9)]
    [InlineData("kill", 9)]
    [InlineData("9", 9)]
    [InlineData("sigterm", 15)]
    [InlineData("WINCH", 28)]
    [InlineData("IOT", 6)]
    [InlineData("CLD", 17)]
    [InlineData("SIGPOLL", 29)]
    [InlineData("RTMIN", 34)]
    [InlineData("SIGRTMIN+3", 37)]
    [InlineData("SIGRTMAX-1", 63)]
    [InlineData("64", 64)]
    public void TryParse_reads_names_and_numbers(string text, int expected)
    {
        Assert.True(Signals.TryParse(text, out int signal));
        Assert.Equal(expected, signal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("-9")]
    [InlineData(" 9")]
    [InlineData("SIG")]
    [InlineData("SIG9")]
    [InlineData("SIGSIGKILL")]
    [InlineData("RTMIN+31")]
    [InlineData("RTMIN-1")]
    [InlineData("RTMIN+")]
    [InlineData("99999999999")]
    public void TryParse_refuses_what_is_no_signal(string text) => Assert.False(Signals.TryParse(text, out _));

    [Fact]
    public void Every_name_is_read_back()
    {
        for (int signal = 1; signal <= 64; signal++)
        {
            Assert.True(Signals.TryParse(Signals.Name(signal), out int parsed), Signals.Name(signal));
            Assert.Equal(signal, parsed);
        }
    }
}
