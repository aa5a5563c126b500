using Cofferdam.Linux;

namespace Cofferdam.Runtime.Foreground;

/// <summary>Bytes on their way from one descriptor to another: filled when empty, then written until empty again.</summary>
internal sealed class PumpBuffer(int size)
{
    private readonly byte[] _bytes = new byte[size];
    private int _start;
    private int _end;

    internal bool IsEmpty => _start == _end;

    internal void Clear() => _start = _end = 0;

    /// <summary>False at the end of the input, with no errno, or if nothing could be read.</summary>
    internal bool ReadFrom(OwnedFd source, out Errno errno)
    {
        _start = 0;
        if (!Files.TryRead(source, _bytes, out _end, out errno)) _end = 0;
        return _end > 0;
    }

    internal bool WriteTo(OwnedFd target, out Errno errno)
    {
        if (!Files.TryWrite(target, _bytes.AsSpan(_start, _end - _start), out int count, out errno)) return false;
        _start += count;
        return true;
    }
}
