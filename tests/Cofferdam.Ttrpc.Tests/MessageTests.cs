using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Ttrpc.Tests;

public sealed class MessageTests
{
    [Fact]
    public void A_request_survives_the_way()
    {
        byte[] frame = RequestMessage.Encode(1, FrameFlags.None, "a.Service", "Method", new StringValue { Value = "ü" }, 3_000_000_000, [new("k", "v"), new("", "")]);
        RequestMessage request = RequestMessage.Decode(frame.AsMemory(10));
        Assert.Equal(("a.Service", "Method", 3_000_000_000), (request.Service, request.Method, request.TimeoutNano));
        Assert.Equal("ü", StringValue.Parser.ParseFrom(request.Payload.Span).Value);
        Assert.Equal([new("k", "v"), new("", "")], request.Metadata);
    }

    [Fact]
    public void A_status_survives_the_way_with_its_details()
    {
        TtrpcStatus status = new(TtrpcCode.NotFound, "no 'x'", [new Any { TypeUrl = "a", Value = ByteString.CopyFromUtf8("b") }, new Any()]);
        TtrpcStatus read = ResponseMessage.Decode(ResponseMessage.Encode(1, status).AsMemory(10)).Status;
        Assert.Equal((status.Code, status.Message), (read.Code, read.Message));
        Assert.Equal(status.Details, read.Details);
    }

    [Fact]
    public void A_success_has_no_status_and_an_empty_answer_no_bytes()
    {
        Assert.Equal(RawPeer.Bytes(0, 7, 2, 0), ResponseMessage.Encode(7, new Empty()));
        Assert.Equal(RawPeer.Bytes(5, 7, 2, 0, [0x12, 3, 0x0a, 1, (byte)'x']), ResponseMessage.Encode(7, new StringValue { Value = "x" }));
    }

    [Fact]
    public void A_negative_code_is_ten_bytes_long() =>
        Assert.Equal((TtrpcCode)(-5), ResponseMessage.Decode(ResponseMessage.Encode(1, new TtrpcStatus((TtrpcCode)(-5), "")).AsMemory(10)).Status.Code);

    [Fact]
    public void An_answer_that_is_too_large_says_so()
    {
        BytesValue large = new() { Value = UnsafeByteOperations.UnsafeWrap(new byte[4 << 20]) };
        TtrpcStatus status = ResponseMessage.Decode(ResponseMessage.Encode(1, large).AsMemory(10)).Status;
        Assert.Equal(TtrpcCode.ResourceExhausted, status.Code);
        Assert.Contains("exceed maximum message size of 4194304", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_that_is_too_large_is_not_made()
    {
        BytesValue large = new() { Value = UnsafeByteOperations.UnsafeWrap(new byte[4 << 20]) };
        TtrpcException refused = Assert.Throws<TtrpcException>(() => RequestMessage.Encode(1, FrameFlags.None, "s", "m", large, 0, null));
        Assert.Equal(TtrpcCode.ResourceExhausted, refused.Status.Code);
    }

    [Fact]
    public void A_status_that_is_too_large_keeps_its_code() =>
        Assert.Equal(TtrpcCode.Aborted, ResponseMessage.Decode(ResponseMessage.Encode(1, new TtrpcStatus(TtrpcCode.Aborted, new string('x', 5 << 20))).AsMemory(10)).Status.Code);

    [Fact]
    public void Unknown_fields_are_passed_over()
    {
        // A number, eight bytes, four bytes, a string and a group with a string in it; then the method.
        byte[] bytes = Convert.FromHexString("F80101" + "F9010102030405060708" + "FD0101020304" + "FA0103616263" + "FB0112016AFC01" + "12016D");
        Assert.Equal("m", RequestMessage.Decode(bytes).Method);
    }

    [Theory]
    [InlineData("0A05616263", "unexpected end of message")]
    [InlineData("0AFFFFFFFFFFFFFFFFFF01", "unexpected end of message")]
    [InlineData("0A", "unexpected end of message")]
    [InlineData("00", "invalid field number")]
    [InlineData("FFFFFFFFFFFFFFFFFFFF01", "number of more than 64 bits")]
    [InlineData("20FFFFFFFFFFFFFFFFFF7F", "number of more than 64 bits")]
    [InlineData("0A02C328", "string is not UTF-8")]
    [InlineData("0E", "invalid wire type 6")]
    [InlineData("0C", "invalid wire type 4")]
    [InlineData("FB01FC02", "mismatched end of group")]
    [InlineData("FB01", "unexpected end of message")]
    [InlineData("2A020A05", "unexpected end of message")]
    public void Garbage_is_named(string hex, string complaint) =>
        Assert.Equal(complaint, Assert.Throws<FormatException>(() => RequestMessage.Decode(Convert.FromHexString(hex))).Message);

    [Fact]
    public void Groups_do_not_nest_without_end()
    {
        byte[] nested = [.. Enumerable.Repeat((byte)0x7b, 100_000)];
        Assert.Throws<FormatException>(() => RequestMessage.Decode(nested));
    }

    [Fact]
    public void Random_bytes_never_do_worse_than_that()
    {
        Random random = new(1);
        byte[] bytes = new byte[64];
        for (int i = 0; i < 2_000; i++)
        {
            random.NextBytes(bytes);
            int length = random.Next(bytes.Length);
            bytes[0] = (byte)(bytes[0] & 0x2f);
            Exception? request = Record.Exception(() => RequestMessage.Decode(bytes.AsMemory(0, length)));
            Assert.True(request is null or FormatException, request?.ToString());
            Exception? response = Record.Exception(() => ResponseMessage.Decode(bytes.AsMemory(0, length)));
            Assert.True(response is null or FormatException or InvalidProtocolBufferException, response?.ToString());
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    [InlineData(1, 100)]
    public void A_timeout_is_never_no_timeout(long ticks, long nanoseconds) =>
        Assert.Equal(nanoseconds, RequestMessage.Nanoseconds(TimeSpan.FromTicks(ticks)));
}
