using Cofferdam.Linux;
using Google.Protobuf;

namespace Cofferdam.Ttrpc;

/// <summary>A call that a client made, until it has ended.</summary>
public sealed class ClientStream
{
    private readonly TtrpcClient _client;
    private readonly Action<ReadOnlyMemory<byte>>? _message;
    private readonly Action<TtrpcResult> _ended;
    private volatile bool _isOpen;
    private volatile bool _isAbandoned;

    internal ClientStream(TtrpcClient client, Action<ReadOnlyMemory<byte>>? message, Action<TtrpcResult> ended, bool isOpen)
    {
        (_client, _message, _ended, _isOpen) = (client, message, ended, isOpen);
    }

    internal uint StreamId { get; set; }

    internal EventTimer? Timer { get; set; }

    /// <summary>Sends a message.</summary>
    /// <returns>False when the stream has ended.</returns>
    /// <exception cref="InvalidOperationException">The stream was closed by <see cref="CloseSend"/>, or is none.</exception>
    /// <exception cref="TtrpcException">ResourceExhausted: the message is too large to be sent.</exception>
    public bool Send(IMessage message)
    {
        if (!_isOpen) throw new InvalidOperationException("the stream takes no messages");
        return _client.SendOn(this, FrameWriter.Data(StreamId, message));
    }

    /// <summary>Says that no more messages follow. The server may still send.</summary>
    public void CloseSend()
    {
        if (!_isOpen) return;
        _isOpen = false;
        _client.SendOn(this, FrameWriter.End(StreamId));
    }

    /// <summary>Forgets the call: no callback comes any more (one that runs now ends). The protocol has no way to tell the server.</summary>
    public void Abandon()
    {
        _isAbandoned = true;
        if (_client.Remove(this)) Timer?.Dispose();
    }

    internal void Receive(Frame frame)
    {
        if (_message is null)
        {
            End(new TtrpcResult(new TtrpcStatus(TtrpcCode.Internal, "unexpected 'data' message received: protocol error"), default));
            return;
        }

        if (!frame.Has(FrameFlags.NoData)) _message(frame.Payload);
        if (frame.Has(FrameFlags.RemoteClosed)) End(new TtrpcResult(TtrpcStatus.Ok, default));
    }

    internal void End(TtrpcResult result)
    {
        if (!_client.Remove(this)) return;
        Timer?.Dispose();
        _ended(result);
    }

    /// <summary>For a call that was never sent.</summary>
    internal void Refuse(TtrpcStatus status)
    {
        if (!_isAbandoned) _ended(new TtrpcResult(status, default));
    }
}
