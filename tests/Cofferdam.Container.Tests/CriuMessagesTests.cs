using Cofferdam.Containers.Checkpoint;

namespace Cofferdam.Containers.Tests;

public sealed class CriuMessagesTests
{
    [Fact]
    public void A_request_is_what_protoc_would_write()
    {
        ProtobufWriter inner = new();
        inner.Text(1, "/é");
        inner.Number(2, 300);
        ProtobufWriter request = new();
        request.Number(1, 2);
        request.Switch(50, true);
        request.Number(3, -1);
        request.Message(23, inner);
        Assert.Equal(
            "0802" + "900301" + "18FFFFFFFFFFFFFFFFFF01" + "BA0108" + "0A032FC3A9" + "10AC02",
            Convert.ToHexString(request.Written));
    }

    [Fact]
    public void An_answer_is_read_and_unknown_fields_are_skipped()
    {
        ProtobufWriter notify = new();
        notify.Text(1, "post-restore");
        notify.Number(2, 4711);
        ProtobufWriter version = new();
        version.Number(1, 4);
        version.Number(2, 2);
        version.Number(4, 1);
        ProtobufWriter response = new();
        response.Number(1, 6);
        response.Number(2, 1);
        response.Message(5, notify);
        response.Text(9, "a message");
        response.Message(10, version);
        response.Number(999, 5);
        CriuResponse read = CriuResponse.Parse(response.Written);
        Assert.Equal((CriuRequestType.Notify, true, "post-restore", 4711, 40201), (read.Type, read.Success, read.Stage, read.StagePid, read.Version));
    }

    [Theory]
    [InlineData("08")]
    [InlineData("0AFF")]
    [InlineData("0B")]
    [InlineData("08FFFFFFFFFFFFFFFFFFFFFF01")]
    [InlineData("0AFFFFFFFFFFFFFFFFFF01")]
    public void A_damaged_answer_is_refused(string hex) =>
        Assert.Equal(ErrorKind.DataLoss, Assert.Throws<CofferdamException>(() => CriuResponse.Parse(Convert.FromHexString(hex))).Kind);

    [Theory]
    [InlineData("(00.1) Error (criu/files-reg.c:1790): Can't lookup mount=27\n(00.2) Error (criu/cr-dump.c:1): Dumping FAILED.\n", "files-reg.c: Can't lookup mount=27")]
    [InlineData("(00.1) Error (criu/util.c:1533): rlimit: Can't setup RLIMIT_NOFILE for self: Operation not permitted\n", null)]
    [InlineData("(00.1) Warn  (criu/x.c:1): Error is near\n", null)]
    [InlineData("", null)]
    public void The_first_mistake_of_a_log_is_told(string log, string? expected) => Assert.Equal(expected, CriuLog.FirstMistake(log));

    [Theory]
    [InlineData("10.0.0.1:27", "10.0.0.1", 27)]
    [InlineData("[::1]:65535", "::1", 65535)]
    [InlineData("host.example:1", "host.example", 1)]
    public void A_page_server_has_a_host_and_a_port(string text, string host, int port) =>
        Assert.Equal(new PageServerAddress(host, port), PageServerAddress.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(":27")]
    [InlineData("host")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("::1:27")]
    public void Another_address_is_refused(string text) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<CofferdamException>(() => PageServerAddress.Parse(text)).Kind);
}
