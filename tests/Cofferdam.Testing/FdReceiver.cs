using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Cofferdam.Testing;

/// <summary>A listening Unix socket that takes file descriptors: console sockets, pidfd sockets, seccomp listeners.</summary>
public sealed unsafe class FdReceiver : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private Socket? _peer;

    public FdReceiver(string path)
    {
        Path = path;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
    }

    public string Path { get; }

    /// <summary>Takes one connection and one message: its text and its descriptors.</summary>
    public (string Text, IReadOnlyList<int> Fds) Receive(int seconds = 10)
    {
        if (!_listener.Poll(TimeSpan.FromSeconds(seconds * Surroundings.Patience), SelectMode.SelectRead))
            Xunit.Assert.Fail($"nobody connected to '{Path}' within {seconds} s");
        _peer = _listener.Accept();
        if (!_peer.Poll(TimeSpan.FromSeconds(seconds * Surroundings.Patience), SelectMode.SelectRead))
            Xunit.Assert.Fail($"nothing was sent to '{Path}' within {seconds} s");
        return ReceiveMessage((int)_peer.Handle);
    }

    public void Dispose()
    {
        _peer?.Dispose();
        _listener.Dispose();
        File.Delete(Path);
    }

    private static (string Text, IReadOnlyList<int> Fds) ReceiveMessage(int socket)
    {
        const int PayloadSize = 65536, ControlSize = 256;
        byte[] payload = new byte[PayloadSize];
        byte* control = stackalloc byte[ControlSize];
        var fds = new List<int>();
        fixed (byte* data = payload)
        {
            // SAFETY: struct msghdr and iovec of x86-64 and arm64 Linux, laid out by hand; all buffers outlive the call.
            nint* vector = stackalloc nint[2] { (nint)data, PayloadSize };
            nint* message = stackalloc nint[7] { 0, 0, (nint)vector, 1, (nint)control, ControlSize, 0 };
            int got = Libc.Check((int)Libc.recvmsg(socket, message, 0x40000000 /* MSG_CMSG_CLOEXEC */), "recvmsg");
            nint used = message[5];
            for (nint at = 0; at + 16 <= used;)
            {
                nint length = *(nint*)(control + at);
                if (length < 16)
                    break;
                for (nint fd = at + 16; fd + 4 <= at + length; fd += 4)
                    fds.Add(*(int*)(control + fd));
                at += (length + 7) & ~7;
            }
            return (Encoding.UTF8.GetString(payload, 0, got), fds);
        }
    }
}
