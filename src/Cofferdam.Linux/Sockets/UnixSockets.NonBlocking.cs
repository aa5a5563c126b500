using System.Diagnostics.CodeAnalysis;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

// For event loops: nothing here waits, whatever the mode of the socket.
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe partial class UnixSockets
{
    /// <summary>Connects to the stream socket at <paramref name="path"/>, of any length; "@name" is one in the abstract namespace.</summary>
    /// <exception cref="LinuxException">EAGAIN: the server's queue is full.</exception>
    public static OwnedFd ConnectAtOnce(string path)
    {
        if (path.Contains('\0')) throw new LinuxException("connect", Errno.EINVAL, path.Replace("\0", "\\0", StringComparison.Ordinal));
        // sun_path has 108 bytes. A descriptor of the socket itself has a short name, and connect follows it.
        bool isLong = !path.StartsWith('@') && CString.Encode(path, "connect").Length > LongestPath + 1;
        using OwnedFd? file = isLong ? Files.Open(path, OpenFlags.Path) : null;
        Libc.sockaddr_un address = UnixDatagrams.Address(file?.ProcPath ?? path, path, out uint length);
        int fd = Libc.socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, 0);
        if (fd < 0) throw Kernel.Failure("socket");
        OwnedFd socket = new(fd);
        int result;
        do result = Libc.connect(fd, &address, length);
        while (Kernel.Interrupted(result));
        if (result == 0) return socket;
        LinuxException failure = Kernel.Failure("connect", path);
        socket.Dispose();
        throw failure;
    }

    /// <summary>Accepts a connection if one is there; it does not block either.</summary>
    /// <remarks>The listener must be non-blocking (<see cref="Files.SetNonBlocking(OwnedFd, bool)"/>): whoever shares it may have taken the connection.</remarks>
    /// <returns>False with the reason; EAGAIN when nobody waits.</returns>
    public static bool TryAccept(OwnedFd listener, [NotNullWhen(true)] out OwnedFd? connection, out Errno errno)
    {
        int fd;
        do fd = Libc.accept4(listener.Fd, null, null, Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK);
        while (Kernel.Interrupted(fd));
        errno = fd < 0 ? Libc.LastErrno : Errno.None;
        connection = fd < 0 ? null : new OwnedFd(fd);
        return fd >= 0;
    }

    /// <summary>Sends what fits.</summary>
    /// <returns>False with the reason; EAGAIN when nothing fits, EPIPE when the other end has closed (without a signal).</returns>
    public static bool TrySend(OwnedFd socket, ReadOnlySpan<byte> content, out int sent, out Errno errno)
    {
        nint result;
        fixed (byte* data = content)
        {
            Libc.iovec part = new() { iov_base = data, iov_len = (nuint)content.Length };
            Libc.msghdr message = new() { msg_iov = &part, msg_iovlen = 1 };
            do result = Libc.sendmsg(socket.Fd, &message, Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT);
            while (Kernel.Interrupted(result));
        }

        errno = result < 0 ? Libc.LastErrno : Errno.None;
        sent = result < 0 ? 0 : (int)result;
        return result >= 0;
    }

    /// <summary>Receives what is there; descriptors sent along are closed by the kernel.</summary>
    /// <param name="socket">A stream.</param>
    /// <param name="buffer">Where to.</param>
    /// <param name="received">How much; 0 when the other end has closed.</param>
    /// <param name="errno">Why it returned false; EAGAIN when nothing is there.</param>
    public static bool TryReceive(OwnedFd socket, Span<byte> buffer, out int received, out Errno errno)
    {
        nint result;
        fixed (byte* data = buffer)
        {
            Libc.iovec part = new() { iov_base = data, iov_len = (nuint)buffer.Length };
            Libc.msghdr message = new() { msg_iov = &part, msg_iovlen = 1 };
            do result = Libc.recvmsg(socket.Fd, &message, Libc.MSG_DONTWAIT | Libc.MSG_CMSG_CLOEXEC);
            while (Kernel.Interrupted(result));
        }

        errno = result < 0 ? Libc.LastErrno : Errno.None;
        received = result < 0 ? 0 : (int)result;
        return result >= 0;
    }
}
