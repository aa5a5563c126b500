using Google.Protobuf;

namespace Cofferdam.Ttrpc;

/// <summary>ttrpc.Request: service 1, method 2, payload 3, timeout_nano 4, metadata 5 (key 1, value 2).</summary>
/// <param name="Service">Full name of the service.</param>
/// <param name="Method">Name of the method.</param>
/// <param name="Payload">Part of the frame it came in.</param>
/// <param name="TimeoutNano">0 for none.</param>
/// <param name="Metadata">In the order of the wire.</param>
internal readonly record struct RequestMessage(
    string Service,
    string Method,
    ReadOnlyMemory<byte> Payload,
    long TimeoutNano,
    IReadOnlyList<KeyValuePair<string, string>> Metadata)
{
    /// <exception cref="FormatException">Not a request.</exception>
    public static RequestMessage Decode(ReadOnlyMemory<byte> bytes)
    {
        (string service, string method, ReadOnlyMemory<byte> payload, long timeout) = ("", "", default, 0);
        List<KeyValuePair<string, string>>? metadata = null;
        WireReader reader = new(bytes.Span);
        while (reader.Next(out int field, out int type))
        {
            switch (field, type)
            {
                case (1, WireReader.Delimited): service = reader.Text(); break;
                case (2, WireReader.Delimited): method = reader.Text(); break;
                case (3, WireReader.Delimited):
                    int length = reader.Bytes(out int offset).Length;
                    payload = bytes.Slice(offset, length);
                    break;
                case (4, WireReader.Varint): timeout = (long)reader.Number(); break;
                case (5, WireReader.Delimited): (metadata ??= []).Add(DecodePair(reader.Bytes(out _))); break;
                default: reader.Skip(field, type); break;
            }
        }

        return new RequestMessage(service, method, payload, timeout, metadata ?? (IReadOnlyList<KeyValuePair<string, string>>)[]);
    }

    /// <summary>A frame that asks for a call.</summary>
    public static byte[] Encode(uint streamId, FrameFlags flags, string service, string method, IMessage? payload, long timeoutNano, IReadOnlyList<KeyValuePair<string, string>>? metadata)
    {
        int payloadSize = payload?.CalculateSize() ?? 0;
        // Long, as no single part is near the largest int but their sum may be.
        long size = WireWriter.SizeOf(service) + WireWriter.SizeOf(method) + (long)WireWriter.SizeOf(payloadSize) + WireWriter.SizeOf(timeoutNano);
        foreach (KeyValuePair<string, string> pair in metadata ?? []) size += WireWriter.SizeOfAlways(SizeOf(pair));

        byte[] frame = FrameWriter.Begin(streamId, FrameType.Request, flags, (int)Math.Min(size, int.MaxValue));
        WireWriter writer = new(frame.AsSpan(Frame.HeaderSize));
        writer.Text(1, service);
        writer.Text(2, method);
        writer.Message(3, payload, payloadSize);
        writer.Number(4, timeoutNano);
        foreach (KeyValuePair<string, string> pair in metadata ?? [])
        {
            WireWriter inner = new(writer.Room(5, SizeOf(pair)));
            inner.Text(1, pair.Key);
            inner.Text(2, pair.Value);
        }

        return frame;
    }

    /// <summary>The number for a limit. 0 would mean none, so what is over already is one nanosecond.</summary>
    public static long Nanoseconds(TimeSpan? timeout) =>
        timeout is not { } limit ? 0 : (long)Math.Clamp(limit.TotalNanoseconds, 1, long.MaxValue / 2);

    private static int SizeOf(KeyValuePair<string, string> pair) => WireWriter.SizeOf(pair.Key) + WireWriter.SizeOf(pair.Value);

    private static KeyValuePair<string, string> DecodePair(ReadOnlySpan<byte> bytes)
    {
        (string key, string value) = ("", "");
        WireReader reader = new(bytes);
        while (reader.Next(out int field, out int type))
        {
            switch (field, type)
            {
                case (1, WireReader.Delimited): key = reader.Text(); break;
                case (2, WireReader.Delimited): value = reader.Text(); break;
                default: reader.Skip(field, type); break;
            }
        }

        return new KeyValuePair<string, string>(key, value);
    }
}
