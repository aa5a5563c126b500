using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>Unix sockets (unix(7)), and descriptors sent through them.</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe partial class UnixSockets
{
    private const int DefaultMode = 0x1FF;   // 0777
    private const int LongestPath = Libc.sockaddr_un.PathSize - 1;

    /// <summary>Two connected sockets that keep the borders of messages (socketpair(2)).</summary>
    public static (OwnedFd First, OwnedFd Second) SeqPacketPair() => Pair(Libc.SOCK_SEQPACKET);

    /// <summary>Two connected stream sockets (socketpair(2)).</summary>
    public static (OwnedFd First, OwnedFd Second) StreamPair() => Pair(Libc.SOCK_STREAM);

    /// <summary>Connects to the stream socket at <paramref name="path"/>, of any length.</summary>
    public static OwnedFd Connect(string path)
    {
        if (CString.Encode(path, "connect").Length <= LongestPath + 1) return Connect(path, path);
        // sun_path has 108 bytes. A descriptor of the socket itself has a short name, and connect follows it.
        using OwnedFd file = Files.Open(path, OpenFlags.Path);
        return Connect(file.ProcPath, path);
    }

    /// <summary>A stream socket that listens at <paramref name="path"/>, of any length; EADDRINUSE when the name is taken.</summary>
    /// <param name="path">Where.</param>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    /// <param name="mode">Of the socket's file, less the umask: who may write may connect.</param>
    public static OwnedFd Listen(string path, int backlog = 128, int mode = DefaultMode)
    {
        if (CString.Encode(path, "bind").Length <= LongestPath + 1) return Listen(path, path, backlog, mode);

        string parent = Path.GetDirectoryName(path) is { Length: > 0 } above ? above : ".";
        using OwnedFd directory = Files.Open(parent, OpenFlags.Path | OpenFlags.Directory);
        // The name alone may be too long too (255 bytes), so the socket is bound under a short one and renamed.
        string temporary = TemporaryName.For("socket");
        OwnedFd socket = Listen($"{directory.ProcPath}/{temporary}", path, backlog, mode);
        try
        {
            Files.Rename(directory, temporary, directory, Path.GetFileName(path), replace: false);
            return socket;
        }
        catch (LinuxException failure)
        {
            socket.Dispose();
            Files.TryUnlink(temporary, out _, directory);
            if (failure.Errno == Errno.EEXIST) throw new LinuxException("bind", Errno.EADDRINUSE, path);
            throw;
        }
    }

    /// <summary>accept4(2).</summary>
    public static OwnedFd Accept(OwnedFd listener)
    {
        int fd;
        do fd = Libc.accept4(listener.Fd, null, null, Libc.SOCK_CLOEXEC);
        while (Kernel.Interrupted(fd));
        return fd >= 0 ? new OwnedFd(fd) : throw Kernel.Failure("accept4");
    }

    /// <summary>Sends <paramref name="payload"/> and duplicates of the descriptors in one message (SCM_RIGHTS).</summary>
    /// <remarks>A stream socket carries descriptors only beside at least one byte.</remarks>
    public static void SendFd(OwnedFd socket, ReadOnlySpan<byte> payload, params ReadOnlySpan<int> fds)
    {
        if (fds.Length > Libc.SCM_MAX_FD) throw new LinuxException("sendmsg", Errno.EINVAL, hint: $"at most {Libc.SCM_MAX_FD} descriptors fit one message");
        int controlSize = ControlSize(fds.Length);
        byte* control = stackalloc byte[ControlSize(Libc.SCM_MAX_FD)];
        // SAFETY: the control buffer holds the largest header with its descriptors; everything else is pinned or on the stack.
        fixed (byte* data = payload)
        {
            Libc.iovec part = new() { iov_base = data, iov_len = (nuint)payload.Length };
            Libc.msghdr message = new() { msg_iov = &part, msg_iovlen = 1 };
            if (fds.Length > 0)
            {
                Libc.cmsghdr* header = (Libc.cmsghdr*)control;
                header->cmsg_level = Libc.SOL_SOCKET;
                header->cmsg_type = Libc.SCM_RIGHTS;
                header->cmsg_len = (nuint)(sizeof(Libc.cmsghdr) + (fds.Length * sizeof(int)));
                fds.CopyTo(new Span<int>(header + 1, fds.Length));
                message.msg_control = control;
                message.msg_controllen = (nuint)controlSize;
            }

            nint sent;
            do sent = Libc.sendmsg(socket.Fd, &message, Libc.MSG_NOSIGNAL);
            while (Kernel.Interrupted(sent));
            if (sent < 0) throw Kernel.Failure("sendmsg");
            // A stream may take a part; the descriptors went with it.
            if (sent < payload.Length) Files.WriteAll(socket, payload[(int)sent..]);
        }
    }

    /// <summary>Receives one message (on a stream: some bytes) and appends the descriptors that came with it, close-on-exec.</summary>
    /// <returns>The number of bytes; 0 when the other end was closed.</returns>
    /// <exception cref="LinuxException">EMSGSIZE: the buffer is too small for the message, or descriptors were lost.</exception>
    public static int Receive(OwnedFd socket, Span<byte> buffer, List<OwnedFd> fds)
    {
        int controlSize = ControlSize(Libc.SCM_MAX_FD);
        byte* control = stackalloc byte[controlSize];
        fixed (byte* data = buffer)
        {
            Libc.iovec part = new() { iov_base = data, iov_len = (nuint)buffer.Length };
            Libc.msghdr message = new() { msg_iov = &part, msg_iovlen = 1, msg_control = control, msg_controllen = (nuint)controlSize };
            nint received;
            do received = Libc.recvmsg(socket.Fd, &message, Libc.MSG_CMSG_CLOEXEC);
            while (Kernel.Interrupted(received));
            if (received < 0) throw Kernel.Failure("recvmsg");

            int before = fds.Count;
            TakeDescriptors(control, (int)message.msg_controllen, fds);
            if ((message.msg_flags & (Libc.MSG_TRUNC | Libc.MSG_CTRUNC)) == 0) return (int)received;

            foreach (OwnedFd fd in fds[before..]) fd.Dispose();
            fds.RemoveRange(before, fds.Count - before);
            throw new LinuxException("recvmsg", Errno.EMSGSIZE);
        }
    }

    /// <summary>Who is at the other end (SO_PEERCRED).</summary>
    public static PeerCredentials PeerCredentials(OwnedFd socket)
    {
        Libc.ucred credentials = default;
        uint length = (uint)sizeof(Libc.ucred);
        if (Libc.getsockopt(socket.Fd, Libc.SOL_SOCKET, Libc.SO_PEERCRED, &credentials, &length) < 0) throw Kernel.Failure("getsockopt SO_PEERCRED");
        return new PeerCredentials(credentials.pid, credentials.uid, credentials.gid);
    }

    private static (OwnedFd First, OwnedFd Second) Pair(int type)
    {
        int* fds = stackalloc int[2];
        return Libc.socketpair(Libc.AF_UNIX, type | Libc.SOCK_CLOEXEC, 0, fds) == 0
            ? (new OwnedFd(fds[0]), new OwnedFd(fds[1]))
            : throw Kernel.Failure("socketpair");
    }

    private static OwnedFd Connect(string address, string path)
    {
        OwnedFd socket = Stream();
        Libc.sockaddr_un name = Address(address, "connect", out uint length);
        int result;
        // SAFETY: the address is on the stack and its length given. A blocking unix connect that was interrupted may be repeated.
        do result = Libc.connect(socket.Fd, &name, length);
        while (Kernel.Interrupted(result));
        if (result == 0) return socket;
        LinuxException failure = Kernel.Failure("connect", path);
        socket.Dispose();
        throw failure;
    }

    private static OwnedFd Listen(string address, string path, int backlog, int mode)
    {
        OwnedFd socket = Stream();
        // bind(2) gives the file the mode of the socket itself, so that it is never open to more.
        if (mode != DefaultMode) Files.Chmod(socket, mode, path);
        Libc.sockaddr_un name = Address(address, "bind", out uint length);
        if (Libc.bind(socket.Fd, &name, length) == 0 && Libc.listen(socket.Fd, backlog) == 0) return socket;
        LinuxException failure = Kernel.Failure("bind", path);
        socket.Dispose();
        throw failure;
    }

    private static OwnedFd Stream()
    {
        int fd = Libc.socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
        return fd >= 0 ? new OwnedFd(fd) : throw Kernel.Failure("socket");
    }

    private static Libc.sockaddr_un Address(string path, string operation, out uint length)
    {
        Libc.sockaddr_un address = new() { sun_family = Libc.AF_UNIX };
        byte[] bytes = CString.Encode(path, operation);
        if (bytes.Length > LongestPath + 1) throw new LinuxException(operation, Errno.ENAMETOOLONG, path);
        // SAFETY: sun_path has room for the longest path and its terminator.
        bytes.CopyTo(new Span<byte>(address.sun_path, Libc.sockaddr_un.PathSize));
        length = (uint)(sizeof(ushort) + bytes.Length);
        return address;
    }

    private static int ControlSize(int fdCount) => sizeof(Libc.cmsghdr) + (((fdCount * sizeof(int)) + 7) & ~7);

    // SAFETY: the kernel wrote `length` bytes of well-formed headers at `control`.
    private static void TakeDescriptors(byte* control, int length, List<OwnedFd> fds)
    {
        for (int at = 0; at + sizeof(Libc.cmsghdr) <= length;)
        {
            Libc.cmsghdr* header = (Libc.cmsghdr*)(control + at);
            int size = (int)header->cmsg_len;
            if (size < sizeof(Libc.cmsghdr)) return;
            if (header->cmsg_level == Libc.SOL_SOCKET && header->cmsg_type == Libc.SCM_RIGHTS)
            {
                int count = (size - sizeof(Libc.cmsghdr)) / sizeof(int);
                int* numbers = (int*)(header + 1);
                for (int i = 0; i < count; i++) fds.Add(new OwnedFd(numbers[i]));
            }

            at += (size + 7) & ~7;
        }
    }
}
