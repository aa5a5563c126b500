using System.Buffers.Binary;

namespace Cofferdam.Ttrpc;

/// <summary>Cuts a stream of bytes, in whatever pieces they come, into frames. Knows nothing of sockets.</summary>
internal sealed class FrameReader
{
    private const int FirstBody = 4096;

    private readonly byte[] _header = new byte[Frame.HeaderSize];
    private int _headerCount;
    private byte[] _body = [];
    private uint _bodyCount;

    /// <summary>True in the middle of a frame: an end here cuts it off.</summary>
    public bool IsPartial => _headerCount > 0;

    private uint Length => BinaryPrimitives.ReadUInt32BigEndian(_header);

    /// <summary>Takes bytes from the front of <paramref name="input"/> until a frame is whole or there are no more.</summary>
    /// <returns>False when more bytes are needed; then all of <paramref name="input"/> was taken.</returns>
    public bool TryRead(ref ReadOnlyMemory<byte> input, out Frame frame)
    {
        if (_headerCount == 0 && TryTakeWhole(ref input, out frame)) return true;

        frame = default;
        int missing = Math.Min(Frame.HeaderSize - _headerCount, input.Length);
        input.Span[..missing].CopyTo(_header.AsSpan(_headerCount));
        _headerCount += missing;
        input = input[missing..];
        if (_headerCount < Frame.HeaderSize) return false;

        uint taken = (uint)Math.Min(Length - _bodyCount, input.Length);
        // Too large a frame is read to its end, as Go does, but kept nowhere.
        if (Length <= Frame.LargestPayload) Keep(input.Span[..(int)taken]);
        _bodyCount += taken;
        input = input[(int)taken..];
        if (_bodyCount < Length) return false;

        frame = Decode(_header, Length <= Frame.LargestPayload ? _body.AsMemory(0, (int)Length) : default);
        (_headerCount, _bodyCount, _body) = (0, 0, []);
        return true;
    }

    // The usual case: the frame came in one piece and need not be copied.
    private static bool TryTakeWhole(ref ReadOnlyMemory<byte> input, out Frame frame)
    {
        frame = default;
        if (input.Length < Frame.HeaderSize) return false;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(input.Span);
        if (length > Frame.LargestPayload || input.Length - Frame.HeaderSize < length) return false;
        frame = Decode(input.Span, input.Slice(Frame.HeaderSize, (int)length));
        input = input[(Frame.HeaderSize + (int)length)..];
        return true;
    }

    private static Frame Decode(ReadOnlySpan<byte> header, ReadOnlyMemory<byte> payload) => new(
        BinaryPrimitives.ReadUInt32BigEndian(header[4..]),
        (FrameType)header[8],
        (FrameFlags)header[9],
        BinaryPrimitives.ReadUInt32BigEndian(header),
        payload);

    // Room grows with what has arrived: a header alone must not cost four megabytes.
    private void Keep(ReadOnlySpan<byte> part)
    {
        int needed = (int)_bodyCount + part.Length;
        if (_body.Length < needed)
        {
            int size = (int)Math.Min(Length, Math.Max(Math.Max(FirstBody, needed), 2L * _body.Length));
            Array.Resize(ref _body, size);
        }

        part.CopyTo(_body.AsSpan((int)_bodyCount));
    }
}
