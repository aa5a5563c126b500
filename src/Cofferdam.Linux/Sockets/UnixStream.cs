using System.Diagnostics;
using System.Text;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>
/// A connection to a stream socket (unix(7)) on which nothing waits longer than it was told to: for servers that may hang.
/// </summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given.
public sealed unsafe class UnixStream : IDisposable
{
    private readonly OwnedFd _socket;
    private readonly string _path;

    private UnixStream(OwnedFd socket, string path)
    {
        _socket = socket;
        _path = path;
    }

    /// <summary>Connects to the socket at <paramref name="path"/>, of any length; "@name" is one in the abstract namespace.</summary>
    /// <exception cref="LinuxException">ETIMEDOUT: the server's queue stayed full for all of <paramref name="limit"/>.</exception>
    public static UnixStream Connect(string path, TimeSpan limit)
    {
        if (path.Contains('\0')) throw new LinuxException("connect", Errno.EINVAL, path.Replace("\0", "\\0", StringComparison.Ordinal));
        // sun_path has 108 bytes. A descriptor of the socket itself has a short name, and connect follows it.
        bool isLong = !path.StartsWith('@') && Encoding.UTF8.GetByteCount(path) >= Libc.sockaddr_un.PathSize;
        using OwnedFd? file = isLong ? Files.Open(path, OpenFlags.Path) : null;
        Libc.sockaddr_un address = UnixDatagrams.Address(file?.ProcPath ?? path, path, out uint length);
        int fd = Libc.socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, 0);
        if (fd < 0) throw Kernel.Failure("socket");
        OwnedFd socket = new(fd);
        try
        {
            long start = Stopwatch.GetTimestamp();
            while (!TryConnect(fd, &address, length, path))
            {
                // Nothing tells when there is room in the queue of a server that does not accept.
                if (Stopwatch.GetElapsedTime(start) >= limit) throw new LinuxException("connect", Errno.ETIMEDOUT, path);
                Poll.Wait([], TimeSpan.FromMilliseconds(10));
            }

            return new UnixStream(socket, path);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends all of <paramref name="content"/>.</summary>
    /// <exception cref="LinuxException">ETIMEDOUT: the other end did not take it in time; EPIPE: it has closed.</exception>
    public void Write(ReadOnlySpan<byte> content, TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        while (content.Length > 0)
        {
            nint sent;
            fixed (byte* data = content)
            {
                Libc.iovec part = new() { iov_base = data, iov_len = (nuint)content.Length };
                Libc.msghdr message = new() { msg_iov = &part, msg_iovlen = 1 };
                do sent = Libc.sendmsg(_socket.Fd, &message, Libc.MSG_NOSIGNAL);
                while (Kernel.Interrupted(sent));
            }

            if (sent >= 0) content = content[(int)sent..];
            else if (Libc.LastErrno != Errno.EAGAIN) throw Kernel.Failure("write", _path);
            else Wait(PollEvents.Writable, "write", limit - Stopwatch.GetElapsedTime(start));
        }
    }

    /// <summary>Waits for something to arrive and takes what fits; 0 when the other end has closed.</summary>
    /// <exception cref="LinuxException">ETIMEDOUT: nothing arrived.</exception>
    public int Read(Span<byte> buffer, TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (Files.TryRead(_socket, buffer, out int count, out Errno errno)) return count;
            if (errno != Errno.EAGAIN) throw new LinuxException("read", errno, _path);
            Wait(PollEvents.Readable, "read", limit - Stopwatch.GetElapsedTime(start));
        }
    }

    public void Dispose() => _socket.Dispose();

    private static bool TryConnect(int socket, Libc.sockaddr_un* address, uint length, string path)
    {
        int result;
        do result = Libc.connect(socket, address, length);
        while (Kernel.Interrupted(result));
        if (result == 0) return true;
        return Libc.LastErrno == Errno.EAGAIN ? false : throw Kernel.Failure("connect", path);
    }

    private void Wait(PollEvents events, string operation, TimeSpan limit)
    {
        PollItem item = new(_socket, events);
        if (limit <= TimeSpan.Zero || Poll.Wait(new Span<PollItem>(ref item), limit) == 0) throw new LinuxException(operation, Errno.ETIMEDOUT, _path);
    }
}
