using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Cofferdam.Bench.Shims;

/// <summary>A ttrpc client that makes one call after the other and blocks: what it costs itself is next to nothing.</summary>
internal sealed class ShimConnection : IDisposable
{
    private const int LimitMilliseconds = 30_000;
    private const int HeaderLength = 10;
    private const byte RequestType = 1;
    private const byte ResponseType = 2;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = LimitMilliseconds, SendTimeout = LimitMilliseconds };
    private readonly string _service;
    private uint _stream = 1;

    /// <param name="address">Where the shim listens, as <c>start</c> says it.</param>
    /// <param name="version">Of the task service, 2 or 3.</param>
    public ShimConnection(string address, int version)
    {
        _service = $"containerd.task.v{version}.Task";
        string path = address.StartsWith("unix://", StringComparison.Ordinal) ? address[7..] : address;
        try
        {
            _socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException failure)
        {
            throw new PeerFailedException($"connect to '{path}': {failure.SocketErrorCode}");
        }
    }

    /// <summary>The answer's message; throws if the shim answers with a status.</summary>
    public byte[] Call(string method, ProtoMessage message)
    {
        byte[] response = Exchange(method, message) ?? throw new PeerFailedException($"{method}: the shim hung up");
        ReadOnlySpan<byte> status = ProtoMessage.Bytes(response, 1);
        return ProtoMessage.Number(status, 1) == 0
            ? ProtoMessage.Bytes(response, 2).ToArray()
            : throw new PeerFailedException($"{method}: {Encoding.UTF8.GetString(ProtoMessage.Bytes(status, 2))}");
    }

    /// <summary>The same for a call that may be answered with a status, or not at all because the shim is gone: an empty message then.</summary>
    public byte[] TryCall(string method, ProtoMessage message) => ProtoMessage.Bytes(Exchange(method, message) ?? [], 2).ToArray();

    public void Dispose() => _socket.Dispose();

    /// <summary>The answer, or null if the shim hung up.</summary>
    private byte[]? Exchange(string method, ProtoMessage message)
    {
        ProtoMessage request = new ProtoMessage().Add(1, _service).Add(2, method).Add(3, message.Encoded)
            .Add(5, new ProtoMessage().Add(1, "containerd-namespace-ttrpc").Add(2, PrivateContainerd.Namespace));
        byte[] frame = new byte[HeaderLength + request.Encoded.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, request.Encoded.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), _stream);
        frame[8] = RequestType;
        request.Encoded.CopyTo(frame.AsSpan(HeaderLength));
        try
        {
            _socket.Send(frame);
            return Receive();
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            return null;
        }
        catch (SocketException failure)
        {
            throw new PeerFailedException($"{method}: {failure.SocketErrorCode}");
        }
        finally
        {
            // Streams of the client are odd.
            _stream += 2;
        }
    }

    private byte[]? Receive()
    {
        byte[] header = new byte[HeaderLength];
        if (!Fill(header))
        {
            return null;
        }

        byte[] payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header)];
        return !Fill(payload) ? null
            : header[8] == ResponseType && BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4)) == _stream ? payload
            : throw new PeerFailedException($"frame of type {header[8]} for stream {BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4))} is not the answer");
    }

    private bool Fill(byte[] buffer)
    {
        for (int done = 0; done < buffer.Length;)
        {
            int count = _socket.Receive(buffer.AsSpan(done));
            if (count == 0)
            {
                return false;
            }

            done += count;
        }

        return true;
    }
}
