namespace Cofferdam.Shim.Io;

/// <summary>What one attempt to move bytes came to.</summary>
internal enum RelayStep
{
    Moved,
    SourceIsEmpty,
    SinkIsFull,
    DiskIsFull,
    SinkFailed,
    Ended,
}
