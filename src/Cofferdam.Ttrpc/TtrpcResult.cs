using Google.Protobuf;

namespace Cofferdam.Ttrpc;

/// <summary>The end of a call, as its callback gets it.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Payload">The bytes of the answer. They belong to the connection: valid until the callback returns.</param>
public readonly record struct TtrpcResult(TtrpcStatus Status, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The answer.</summary>
    /// <exception cref="TtrpcException">The call failed, or its answer is garbage.</exception>
    public T Read<T>(MessageParser<T> parser) where T : IMessage<T>
    {
        if (!Status.IsOk) throw new TtrpcException(Status);
        try
        {
            return parser.ParseFrom(Payload.Span);
        }
        catch (InvalidProtocolBufferException garbage)
        {
            throw new TtrpcException(TtrpcCode.Internal, $"unmarshal response: {garbage.Message}");
        }
    }
}
