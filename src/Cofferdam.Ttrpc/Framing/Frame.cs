namespace Cofferdam.Ttrpc;

/// <summary>One message on the wire: ten bytes (length, stream, type, flags; big endian), then the payload.</summary>
/// <param name="StreamId">The call it belongs to.</param>
/// <param name="Type">What it is.</param>
/// <param name="Flags">What follows it.</param>
/// <param name="Length">The length that the header names; more than <see cref="LargestPayload"/> comes without its payload.</param>
/// <param name="Payload">Part of a buffer that is used again: valid until the next frame is asked for.</param>
internal readonly record struct Frame(uint StreamId, FrameType Type, FrameFlags Flags, uint Length, ReadOnlyMemory<byte> Payload)
{
    public const int HeaderSize = 10;

    public const int LargestPayload = 4 << 20;

    /// <summary>True when the payload was larger than allowed and thrown away.</summary>
    public bool IsOversize => Length > LargestPayload;

    public bool Has(FrameFlags flag) => (Flags & flag) != 0;
}
