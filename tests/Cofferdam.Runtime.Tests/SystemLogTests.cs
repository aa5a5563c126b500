using System.Globalization;
using System.Text;
using Cofferdam.Linux;
using Cofferdam.Runtime.Logging;

namespace Cofferdam.Runtime.Tests;

public sealed class SystemLogTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("coffer-log-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("/var/log/x")]
    [InlineData("file:/var/log/x")]
    [InlineData("syslog")]
    public void A_file_is_not_the_system_s_log(string log) => Assert.Null(SystemLog.Parse(log));

    [Fact]
    public void The_journal_gets_a_line_with_its_priority_whatever_is_in_it() => Assert.Equal(
        "PRIORITY=3\nSYSLOG_IDENTIFIER=pod\nMESSAGE\n\u0003\0\0\0\0\0\0\0a\nb\n",
        Received("journald:pod", LogLevel.Error, "a\nb"));

    [Fact]
    public void The_syslog_gets_a_line_with_its_priority() => Assert.Equal(
        string.Create(CultureInfo.InvariantCulture, $"<12>coffer-oci[{Environment.ProcessId}]: careful"),
        Received("syslog:", LogLevel.Warning, "careful"));

    [Fact]
    public void A_log_that_nobody_reads_is_an_error_to_the_writer() =>
        Assert.Throws<LinuxException>(() => SystemLog.Parse("syslog:x", Path.Combine(_directory, "nobody"))!.Write(LogLevel.Error, "x"));

    private string Received(string log, LogLevel level, string message)
    {
        string path = Path.Combine(_directory, "socket");
        using OwnedFd socket = UnixDatagrams.Bind(path, 0x1FF);
        SystemLog.Parse(log, path)!.Write(level, message);
        byte[] buffer = new byte[1024];
        int length = Files.Read(socket, buffer);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
