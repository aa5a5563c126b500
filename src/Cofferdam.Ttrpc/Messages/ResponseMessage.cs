using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Ttrpc;

/// <summary>ttrpc.Response: status 1 (google.rpc.Status: code 1, message 2, details 3), payload 2. A success has no status.</summary>
/// <param name="Status">How the call ended.</param>
/// <param name="Payload">Part of the frame it came in.</param>
internal readonly record struct ResponseMessage(TtrpcStatus Status, ReadOnlyMemory<byte> Payload)
{
    /// <exception cref="FormatException">Not a response.</exception>
    /// <exception cref="InvalidProtocolBufferException">A detail is no google.protobuf.Any.</exception>
    public static ResponseMessage Decode(ReadOnlyMemory<byte> bytes)
    {
        (TtrpcStatus status, ReadOnlyMemory<byte> payload) = (TtrpcStatus.Ok, default);
        WireReader reader = new(bytes.Span);
        while (reader.Next(out int field, out int type))
        {
            switch (field, type)
            {
                case (1, WireReader.Delimited): status = DecodeStatus(reader.Bytes(out _)); break;
                case (2, WireReader.Delimited):
                    int length = reader.Bytes(out int offset).Length;
                    payload = bytes.Slice(offset, length);
                    break;
                default: reader.Skip(field, type); break;
            }
        }

        return new ResponseMessage(status, payload);
    }

    /// <summary>The frame of a call's answer. An answer that is too large becomes the status that says so.</summary>
    public static byte[] Encode(uint streamId, IMessage? payload)
    {
        int payloadSize = payload?.CalculateSize() ?? 0;
        int size = WireWriter.SizeOf(payloadSize);
        if (size > Frame.LargestPayload) return Encode(streamId, FrameWriter.Oversize((uint)size));
        byte[] frame = FrameWriter.Begin(streamId, FrameType.Response, FrameFlags.None, size);
        new WireWriter(frame.AsSpan(Frame.HeaderSize)).Message(2, payload, payloadSize);
        return frame;
    }

    /// <summary>The frame of a call's failure.</summary>
    public static byte[] Encode(uint streamId, TtrpcStatus status)
    {
        long inner = WireWriter.SizeOf((long)status.Code) + WireWriter.SizeOf(status.Message);
        foreach (Any detail in status.Details) inner += WireWriter.SizeOfAlways(detail.CalculateSize());
        // Who fails with megabytes still has to be told that it failed.
        if (inner > Frame.LargestPayload - 16) return Encode(streamId, new TtrpcStatus(status.Code, "status too large to be sent"));

        byte[] frame = FrameWriter.Begin(streamId, FrameType.Response, FrameFlags.None, WireWriter.SizeOfAlways((int)inner));
        WireWriter outer = new(frame.AsSpan(Frame.HeaderSize));
        WireWriter writer = new(outer.Room(1, (int)inner));
        writer.Number(1, (long)status.Code);
        writer.Text(2, status.Message);
        foreach (Any detail in status.Details) detail.WriteTo(writer.Room(3, detail.CalculateSize()));
        return frame;
    }

    private static TtrpcStatus DecodeStatus(ReadOnlySpan<byte> bytes)
    {
        (int code, string message, List<Any>? details) = (0, "", null);
        WireReader reader = new(bytes);
        while (reader.Next(out int field, out int type))
        {
            switch (field, type)
            {
                case (1, WireReader.Varint): code = (int)reader.Number(); break;
                case (2, WireReader.Delimited): message = reader.Text(); break;
                case (3, WireReader.Delimited): (details ??= []).Add(Any.Parser.ParseFrom(reader.Bytes(out _))); break;
                default: reader.Skip(field, type); break;
            }
        }

        return code == 0 ? TtrpcStatus.Ok : new TtrpcStatus((TtrpcCode)code, message, details);
    }
}
