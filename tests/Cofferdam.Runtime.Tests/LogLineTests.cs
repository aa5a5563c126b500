using System.Text.Json;
using Cofferdam.Runtime.Logging;

namespace Cofferdam.Runtime.Tests;

public sealed class LogLineTests
{
    private static readonly DateTime Noon = new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Text_is_what_logrus_writes()
    {
        Assert.Equal("time=\"2026-11-22T12:00:00Z\" level=error msg=\"container does not exist\"",
            LogLine.Text(LogLevel.Error, "container does not exist", Noon));
        Assert.Equal("time=\"2026-11-22T12:00:00Z\" level=warning msg=plain", LogLine.Text(LogLevel.Warning, "plain", Noon));
        Assert.Equal("time=\"2026-11-22T12:00:00Z\" level=debug msg=\"a \\\"b\\\"\\n\\x01\\\\\"", LogLine.Text(LogLevel.Debug, "a \"b\"\n\x01\\", Noon));
    }

    [Theory]
    [InlineData("container does not exist")]
    [InlineData("a \"quoted\" path\\with\tall\r\nsorts \x01 of 'things' é")]
    [InlineData("")]
    public void Json_is_one_line_that_go_runc_decodes(string message)
    {
        string line = LogLine.Json(LogLevel.Error, message, Noon);
        Assert.DoesNotContain('\n', line);
        using JsonDocument document = JsonDocument.Parse(line);
        Assert.Equal(["level", "msg", "time"], document.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal("error", document.RootElement.GetProperty("level").GetString());
        Assert.Equal(message, document.RootElement.GetProperty("msg").GetString());
        Assert.Equal(Noon, document.RootElement.GetProperty("time").GetDateTime());
    }
}
