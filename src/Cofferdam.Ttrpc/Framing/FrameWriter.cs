using System.Buffers.Binary;
using Google.Protobuf;

namespace Cofferdam.Ttrpc;

/// <summary>Frames as bytes.</summary>
internal static class FrameWriter
{
    /// <summary>A frame with room for <paramref name="length"/> bytes behind its header.</summary>
    /// <exception cref="TtrpcException">ResourceExhausted: nobody would take so large a frame.</exception>
    public static byte[] Begin(uint streamId, FrameType type, FrameFlags flags, int length)
    {
        if (length > Frame.LargestPayload) throw new TtrpcException(Oversize((uint)length));
        byte[] frame = new byte[Frame.HeaderSize + length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), streamId);
        frame[8] = (byte)type;
        frame[9] = (byte)flags;
        return frame;
    }

    /// <summary>A message of a stream.</summary>
    public static byte[] Data(uint streamId, IMessage message)
    {
        byte[] frame = Begin(streamId, FrameType.Data, FrameFlags.None, message.CalculateSize());
        message.WriteTo(frame.AsSpan(Frame.HeaderSize));
        return frame;
    }

    /// <summary>The end of what one side sends on a stream.</summary>
    public static byte[] End(uint streamId) => Begin(streamId, FrameType.Data, FrameFlags.RemoteClosed | FrameFlags.NoData, 0);

    /// <summary>What Go's implementation says of a frame that is too large.</summary>
    public static TtrpcStatus Oversize(uint length) => new(
        TtrpcCode.ResourceExhausted,
        $"message length {length} exceed maximum message size of {Frame.LargestPayload}");
}
