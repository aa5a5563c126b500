using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Testing;

/// <summary>The other end of SCMP_ACT_NOTIFY (seccomp_unotify(2)).</summary>
public static unsafe class SeccompAgent
{
    private const ulong Receive = 0xc0502100, Send = 0xc0182101;

    /// <summary>Waits for one call, lets it fail, and closes the listener. Returns the call's number.</summary>
    public static int Refuse(int listener, int errno)
    {
        using var owner = new SafeFileHandle(listener, ownsHandle: true);
        // SAFETY: struct seccomp_notif (80 bytes) and seccomp_notif_resp (24 bytes), laid out by hand.
        byte* request = stackalloc byte[80];
        byte* response = stackalloc byte[24];
        new Span<byte>(request, 80).Clear();
        new Span<byte>(response, 24).Clear();
        Libc.Check(Libc.ioctl(listener, Receive, request), "SECCOMP_IOCTL_NOTIF_RECV");
        *(ulong*)response = *(ulong*)request;
        *(int*)(response + 16) = -errno;
        Libc.Check(Libc.ioctl(listener, Send, response), "SECCOMP_IOCTL_NOTIF_SEND");
        return *(int*)(request + 16);
    }
}
