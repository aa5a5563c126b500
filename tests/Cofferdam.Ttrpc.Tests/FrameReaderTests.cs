namespace Cofferdam.Ttrpc.Tests;

public sealed class FrameReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(4099)]
    [InlineData(int.MaxValue)]
    public void Frames_are_the_same_in_whatever_pieces_they_come(int piece)
    {
        byte[] large = new byte[9000];
        Random.Shared.NextBytes(large);
        byte[] stream =
        [
            .. RawPeer.Bytes(3, 1, 1, 0, "abc"u8), .. RawPeer.Bytes(0, 3, 3, 5), .. RawPeer.Bytes(9000, 5, 2, 0, large), .. RawPeer.Bytes(1, 7, 99, 255, "z"u8),
        ];
        List<(uint, int, int, string)> frames = [.. Read(stream, piece).Select(f => (f.StreamId, (int)f.Type, (int)f.Flags, Convert.ToHexString(f.Payload.Span)))];
        Assert.Equal([(1u, 1, 0, "616263"), (3u, 3, 5, ""), (5u, 2, 0, Convert.ToHexString(large)), (7u, 99, 255, "7A")], frames);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public void The_largest_payload_is_taken(int piece)
    {
        Frame frame = Assert.Single(Read([.. RawPeer.Bytes(4194304, 1, 1, 0), .. new byte[4194304]], piece));
        Assert.False(frame.IsOversize);
        Assert.Equal(4194304, frame.Payload.Length);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public void A_larger_payload_is_read_over_and_told(int piece)
    {
        byte[] stream = [.. RawPeer.Bytes(4194305, 9, 1, 0), .. new byte[4194305], .. RawPeer.Bytes(1, 11, 1, 0, "x"u8)];
        List<Frame> frames = Read(stream, piece);
        Assert.Equal((9u, true, 4194305u, 0), (frames[0].StreamId, frames[0].IsOversize, frames[0].Length, frames[0].Payload.Length));
        Assert.Equal((11u, false), (frames[1].StreamId, frames[1].IsOversize));
    }

    [Fact]
    public void A_cut_off_frame_is_none()
    {
        FrameReader reader = new();
        ReadOnlyMemory<byte> input = RawPeer.Bytes(3, 1, 1, 0, "ab"u8);
        Assert.False(reader.TryRead(ref input, out _));
        Assert.True(reader.IsPartial);
        Assert.Equal(0, input.Length);
    }

    [Fact]
    public void A_header_alone_does_not_take_the_memory_it_names()
    {
        FrameReader[] readers = new FrameReader[1000];
        long before = GC.GetAllocatedBytesForCurrentThread();
        byte[] start = RawPeer.Bytes(4194304, 1, 1, 0, "x"u8);
        for (int i = 0; i < readers.Length; i++)
        {
            ReadOnlyMemory<byte> input = start;
            readers[i] = new FrameReader();
            Assert.False(readers[i].TryRead(ref input, out _));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 6_000_000);
    }

    private static List<Frame> Read(byte[] stream, int piece)
    {
        FrameReader reader = new();
        List<Frame> frames = [];
        for (int at = 0; at < stream.Length;)
        {
            int count = Math.Min(piece, stream.Length - at);
            ReadOnlyMemory<byte> input = stream.AsMemory(at, count);
            while (reader.TryRead(ref input, out Frame frame)) frames.Add(frame);
            Assert.Equal(0, input.Length);
            at += count;
        }

        Assert.False(reader.IsPartial);
        return frames;
    }
}
