using Cofferdam.Containers.State;

namespace Cofferdam.Containers.Tests;

public sealed class NotifySocketTests
{
    [Theory]
    [InlineData("READY=1", "READY=1")]
    [InlineData("STATUS=up\nREADY=1\nMAINPID=1", "READY=1")]
    [InlineData("MAINPID=1\nSTATUS=READY=1", null)]
    [InlineData("", null)]
    public void Only_ready_is_passed_on(string message, string? expected) => Assert.Equal(expected, NotifySocket.FindReady(message));
}
