namespace Cofferdam.Shim.Tests.Wire;

/// <summary>The answer to a call: a status of gRPC (0: all is well) and a message.</summary>
internal sealed record TtrpcReply(int Code, string Error, byte[] Payload)
{
    public const int Unknown = 2, InvalidArgument = 3, NotFound = 5, AlreadyExists = 6, FailedPrecondition = 9, Unimplemented = 12;

    public ProtobufFields Ok()
    {
        Assert.True(Code == 0, $"status {Code}: {Error}");
        return new ProtobufFields(Payload);
    }

    public void Fails(int code, params string[] words)
    {
        Assert.True(Code == code, $"expected status {code}, got {Code}: {Error}");
        foreach (string word in words)
            Assert.Contains(word, Error, StringComparison.OrdinalIgnoreCase);
    }
}
