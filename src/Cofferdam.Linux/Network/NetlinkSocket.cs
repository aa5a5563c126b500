using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>A netlink socket of the routing family, which speaks to one network namespace for as long as it lives.</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given.
internal sealed unsafe class NetlinkSocket : IDisposable
{
    private const int SmallStack = 128 << 10;

    private readonly OwnedFd _socket;
    private uint _sequence;

    /// <summary>Opens a socket of the given namespace, or of the calling thread's.</summary>
    public NetlinkSocket(OwnedFd? networkNamespace)
    {
        _socket = networkNamespace is null ? OpenHere() : OpenIn(networkNamespace);
        // Short acknowledgements that come with the kernel's own words; missing from old kernels, ignoring.
        int on = 1;
        _ = Libc.setsockopt(_socket.Fd, Libc.SOL_NETLINK, Libc.NETLINK_CAP_ACK, &on, sizeof(int));
        _ = Libc.setsockopt(_socket.Fd, Libc.SOL_NETLINK, Libc.NETLINK_EXT_ACK, &on, sizeof(int));
    }

    public delegate void BodyReader(ReadOnlySpan<byte> body);

    /// <summary>Sends a request and waits for the kernel's answer; <paramref name="read"/> sees each message of it.</summary>
    public NetlinkAnswer Ask(NetlinkMessage request, BodyReader? read = null)
    {
        uint sequence = ++_sequence;
        bool interrupted = false;
        Send(request.Finish(sequence));
        while (true)
        {
            ReadOnlySpan<byte> rest = Receive();
            while (TryTake(ref rest, out Libc.nlmsghdr header, out ReadOnlySpan<byte> body))
            {
                if (header.nlmsg_seq != sequence) continue;
                interrupted |= (header.nlmsg_flags & Libc.NLM_F_DUMP_INTR) != 0;
                if (header.nlmsg_type == Libc.NLMSG_ERROR) return ReadError(header, body);
                if (header.nlmsg_type == Libc.NLMSG_DONE) return new NetlinkAnswer(Errno.None, null, interrupted);
                read?.Invoke(body);
                // A single answer that is not part of a list is all there is, unless an acknowledgement follows it.
                if ((header.nlmsg_flags & Libc.NLM_F_MULTI) == 0 && (request.Flags & Libc.NLM_F_ACK) == 0) return default;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    // A socket belongs to the namespace of the thread that makes it. That thread ends in the other namespace, so it is one of its own.
    private static OwnedFd OpenIn(OwnedFd networkNamespace)
    {
        OwnedFd? socket = null;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            // Nothing is swallowed here: what is caught is thrown again below, on the caller's thread.
            try
            {
                Processes.EnterNamespace(networkNamespace, NamespaceFlags.Network);
                socket = OpenHere();
            }
            catch (LinuxException e)
            {
                failure = e;
            }
        }, SmallStack);
        thread.Start();
        thread.Join();
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        return socket!;
    }

    private static OwnedFd OpenHere()
    {
        int fd = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, Libc.NETLINK_ROUTE);
        return fd >= 0 ? new OwnedFd(fd) : throw Kernel.Failure("socket AF_NETLINK");
    }

    private void Send(ReadOnlySpan<byte> message)
    {
        nint sent;
        fixed (byte* data = message)
        {
            do sent = Libc.sendto(_socket.Fd, data, (nuint)message.Length, 0, null, 0);
            while (Kernel.Interrupted(sent));
        }

        if (sent < 0) throw Kernel.Failure("sendto AF_NETLINK");
    }

    private ReadOnlySpan<byte> Receive()
    {
        while (true)
        {
            // A device with many virtual functions fills more than any fixed buffer, so the size is asked for first.
            int size = ReceiveOnce(null, Libc.MSG_PEEK | Libc.MSG_TRUNC, out _);
            byte[] buffer = new byte[size];
            int length = ReceiveOnce(buffer, 0, out uint sender);
            // Messages of other processes are not the kernel's answer.
            if (sender == 0) return buffer.AsSpan(0, length);
        }
    }

    private int ReceiveOnce(byte[]? buffer, int flags, out uint sender)
    {
        Libc.sockaddr_nl address = default;
        uint addressLength = (uint)sizeof(Libc.sockaddr_nl);
        nint length;
        fixed (byte* data = buffer)
        {
            do length = Libc.recvfrom(_socket.Fd, data, (nuint)(buffer?.Length ?? 0), flags, &address, &addressLength);
            while (Kernel.Interrupted(length));
        }

        sender = address.nl_pid;
        return length >= 0 ? (int)length : throw Kernel.Failure("recvfrom AF_NETLINK");
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out Libc.nlmsghdr header, out ReadOnlySpan<byte> body)
    {
        header = default;
        body = default;
        if (rest.Length < sizeof(Libc.nlmsghdr)) return false;
        header = MemoryMarshal.Read<Libc.nlmsghdr>(rest);
        if (header.nlmsg_len < sizeof(Libc.nlmsghdr) || header.nlmsg_len > rest.Length) return false;
        body = rest[sizeof(Libc.nlmsghdr)..(int)header.nlmsg_len];
        rest = rest[Math.Min(NetlinkMessage.Align((int)header.nlmsg_len), rest.Length)..];
        return true;
    }

    // s32 negated errno, the header of the request, and with NLM_F_ACK_TLVS attributes that explain.
    private static NetlinkAnswer ReadError(Libc.nlmsghdr header, ReadOnlySpan<byte> body)
    {
        Errno errno = (Errno)(-MemoryMarshal.Read<int>(body));
        if ((header.nlmsg_flags & Libc.NLM_F_ACK_TLVS) == 0) return new NetlinkAnswer(errno, null, false);
        string? explanation = null;
        NetlinkAttributes attributes = new(body[(sizeof(int) + sizeof(Libc.nlmsghdr))..]);
        while (attributes.Next())
        {
            if (attributes.Type == Libc.NLMSGERR_ATTR_MSG) explanation = Encoding.UTF8.GetString(attributes.Value.TrimEnd((byte)0));
        }

        return new NetlinkAnswer(errno, explanation, false);
    }
}
