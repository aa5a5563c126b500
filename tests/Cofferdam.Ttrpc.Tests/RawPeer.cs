using System.Buffers.Binary;
using Cofferdam.Linux;
using Google.Protobuf;

namespace Cofferdam.Ttrpc.Tests;

/// <summary>The other end of a connection, which sends what it likes.</summary>
internal sealed class RawPeer(OwnedFd socket) : IDisposable
{
    /// <summary>How long a test waits for what must come.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FrameReader _reader = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private ReadOnlyMemory<byte> _rest;

    public OwnedFd Socket => socket;

    /// <summary>A header with the length it names, and whatever payload.</summary>
    public static byte[] Bytes(uint length, uint stream, int type, int flags, ReadOnlySpan<byte> payload = default)
    {
        byte[] frame = new byte[Frame.HeaderSize + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), stream);
        (frame[8], frame[9]) = ((byte)type, (byte)flags);
        payload.CopyTo(frame.AsSpan(Frame.HeaderSize));
        return frame;
    }

    /// <summary>Waits for what a callback sets.</summary>
    public static void Await(Task task) => task.WaitAsync(Patience).GetAwaiter().GetResult();

    public static T Await<T>(Task<T> task) => task.WaitAsync(Patience).GetAwaiter().GetResult();

    public void Send(ReadOnlySpan<byte> bytes) => Files.WriteAll(socket, bytes);

    public void SendFrame(uint stream, int type, int flags, ReadOnlySpan<byte> payload = default) =>
        Send(Bytes((uint)payload.Length, stream, type, flags, payload));

    public void Request(uint stream, string service, string method, IMessage? payload = null, TimeSpan? timeout = null, bool open = false) =>
        Send(RequestMessage.Encode(stream, open ? FrameFlags.RemoteOpen : FrameFlags.None, service, method, payload, RequestMessage.Nanoseconds(timeout), null));

    /// <summary>The next frame, or null when the other side has closed.</summary>
    public Frame? Next()
    {
        Frame frame;
        while (!_reader.TryRead(ref _rest, out frame))
        {
            Assert.True(Poll.UntilReadable(socket, Patience), "nothing came");
            if (!UnixSockets.TryReceive(socket, _buffer, out int count, out _) || count == 0) return null;
            _rest = _buffer.AsMemory(0, count);
        }

        return frame;
    }

    public TtrpcStatus NextStatus(uint stream)
    {
        Frame frame = Next() ?? throw new InvalidOperationException("closed");
        Assert.Equal((stream, FrameType.Response), (frame.StreamId, frame.Type));
        return ResponseMessage.Decode(frame.Payload).Status;
    }

    public void AssertClosed() => Assert.Null(Next());

    public void Dispose() => socket.Dispose();
}
