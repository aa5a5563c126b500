using System.Runtime.InteropServices;

namespace Cofferdam.Bench.Shims;

/// <summary>The reading end of a fifo that a shim writes to.</summary>
internal sealed unsafe class FifoReader : IDisposable
{
    private const int LimitMilliseconds = 10_000;
    private readonly string _path;
    private readonly int _fd;

    public FifoReader(string path)
    {
        _path = path;
        if (Libc.mkfifo(path, 0x180) != 0)
        {
            throw new InvalidOperationException($"mkfifo '{path}': {Marshal.GetLastPInvokeErrorMessage()}");
        }

        _fd = Libc.open(path, Libc.OCloexec | Libc.ONonblock);
    }

    /// <summary>Until its last writer has closed it.</summary>
    public void ReadToEnd()
    {
        byte* buffer = stackalloc byte[4096];
        do
        {
            if (!PollFd.Wait(_fd, LimitMilliseconds))
            {
                throw new PeerFailedException($"'{Path.GetFileName(_path)}' is not closed by the shim");
            }
        }
        // SAFETY: read fills at most the buffer on this stack.
        while (Libc.read(_fd, buffer, 4096) > 0);
    }

    public void Dispose()
    {
        Libc.close(_fd);
        File.Delete(_path);
    }
}
