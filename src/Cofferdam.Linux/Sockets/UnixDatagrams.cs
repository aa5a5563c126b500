using System.Text;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>Datagram sockets of the unix family (unix(7)), as sd_notify(3) uses them.</summary>
// SAFETY: addresses are structures on the stack whose length is given; names are checked against their size.
public static unsafe class UnixDatagrams
{
    /// <summary>A socket bound to <paramref name="path"/>, of any length, with exactly this mode whatever the umask.</summary>
    /// <exception cref="LinuxException">EADDRINUSE: the name is taken.</exception>
    public static OwnedFd Bind(string path, int mode)
    {
        // By a descriptor of the directory: sun_path has 108 bytes, and a state directory may lie deeper.
        string parent = Path.GetDirectoryName(path) is { Length: > 0 } above ? above : ".";
        using OwnedFd directory = Files.Open(parent, OpenFlags.Path | OpenFlags.Directory);
        string name = $"{directory.ProcPath}/{Path.GetFileName(path)}";
        OwnedFd socket = Create();
        Libc.sockaddr_un address = Address(name, path, out uint length);
        if (Libc.bind(socket.Fd, &address, length) == 0)
        {
            fixed (byte* file = CString.Encode(name, "chmod"))
            {
                if (Libc.fchmodat(Libc.AT_FDCWD, file, (uint)mode, 0) == 0) return socket;
            }
        }

        LinuxException failure = Kernel.Failure("bind", path);
        socket.Dispose();
        throw failure;
    }

    /// <summary>Sends one datagram to the socket at <paramref name="path"/>; "@name" is one in the abstract namespace.</summary>
    public static void Send(string path, ReadOnlySpan<byte> message)
    {
        using OwnedFd socket = Create();
        Libc.sockaddr_un address = Address(path, path, out uint length);
        int result;
        do result = Libc.connect(socket.Fd, &address, length);
        while (Kernel.Interrupted(result));
        if (result < 0) throw Kernel.Failure("connect", path);
        Files.WriteAll(socket, message, path);
    }

    private static OwnedFd Create()
    {
        int fd = Libc.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
        return fd >= 0 ? new OwnedFd(fd) : throw Kernel.Failure("socket");
    }

    // "@name" is one in the abstract namespace; `path` is for messages.
    internal static Libc.sockaddr_un Address(string name, string path, out uint length)
    {
        Libc.sockaddr_un address = new() { sun_family = Libc.AF_UNIX };
        int count = Encoding.UTF8.GetByteCount(name);
        if (count is 0 or >= Libc.sockaddr_un.PathSize) throw new LinuxException("socket address", Errno.ENAMETOOLONG, path);
        Span<byte> target = new(address.sun_path, Libc.sockaddr_un.PathSize);
        Encoding.UTF8.GetBytes(name, target);
        bool isAbstract = name[0] == '@';
        // An abstract name begins with NUL and ends with the address; a path ends with NUL.
        if (isAbstract) target[0] = 0;
        length = (uint)(sizeof(ushort) + count + (isAbstract ? 0 : 1));
        return address;
    }
}
