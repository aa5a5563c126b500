using System.Buffers.Binary;
using System.Net.Sockets;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests.Wire;

/// <summary>The client's side of ttrpc: a header of 10 bytes (length, stream, type, flags), then a message. Calls may
/// overlap; it is used by one thread.</summary>
internal sealed class TtrpcConnection : IDisposable
{
    private const byte Request = 1, Response = 2;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Dictionary<uint, TtrpcReply> _early = [];
    private uint _nextStream = 1;

    public TtrpcConnection(string path)
    {
        _socket.ReceiveTimeout = (int)CommandOptions.DefaultTimeout.TotalMilliseconds;
        _socket.Connect(new UnixDomainSocketEndPoint(path));
    }

    public TimeSpan Timeout { set => _socket.ReceiveTimeout = (int)value.TotalMilliseconds; }

    public TtrpcReply Call(string service, string method, ProtobufMessage request) => Receive(Send(service, method, request));

    /// <summary>Begins a call; the number of its stream.</summary>
    public uint Send(string service, string method, ProtobufMessage request)
    {
        uint stream = _nextStream;
        _nextStream += 2;
        byte[] body = new ProtobufMessage().Text(1, service).Text(2, method).Bytes(3, request.ToArray()).ToArray();
        SendFrame(stream, Request, 0, body);
        return stream;
    }

    public void SendFrame(uint stream, byte type, byte flags, byte[] body, uint? claimedLength = null)
    {
        byte[] frame = new byte[10 + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, claimedLength ?? (uint)body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), stream);
        frame[8] = type;
        frame[9] = flags;
        body.CopyTo(frame, 10);
        SendRaw(frame);
    }

    public void SendRaw(byte[] bytes) => _socket.Send(bytes);

    /// <summary>Waits for the answer to a call.</summary>
    public TtrpcReply Receive(uint stream)
    {
        TtrpcReply? reply;
        while (!_early.Remove(stream, out reply))
        {
            byte[] header = Exactly(10);
            byte[] body = Exactly((int)BinaryPrimitives.ReadUInt32BigEndian(header));
            Assert.Equal(Response, header[8]);
            var fields = new ProtobufFields(body);
            ProtobufFields status = fields.Message(1);
            _early.Add(BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4)), new TtrpcReply((int)status.Number(1), status.Text(2), fields.Bytes(2)));
        }
        return reply;
    }

    /// <summary>Whether the server closes the connection, with or without last words.</summary>
    public bool EndsSoon()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (_socket.Receive(buffer) > 0)
            {
            }
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return false;
        }
    }

    public void Dispose() => _socket.Dispose();

    private byte[] Exactly(int count)
    {
        byte[] bytes = new byte[count];
        for (int have = 0; have < count;)
        {
            int got = _socket.Receive(bytes, have, count - have, SocketFlags.None);
            Assert.True(got > 0, "the shim closed the connection");
            have += got;
        }
        return bytes;
    }
}
