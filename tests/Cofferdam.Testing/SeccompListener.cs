using System.Runtime.InteropServices;

namespace Cofferdam.Testing;

/// <summary>The supervisor's side of seccomp user notification (seccomp_unotify(2)).</summary>
public static unsafe class SeccompListener
{
    private const ulong NotificationReceive = 0xc0502100, NotificationSend = 0xc0182101;
    private const uint Continue = 1;

    /// <summary>Waits for one notification and answers with the errno, or lets the call go on when it is 0. Returns
    /// the number of the call.</summary>
    public static int AnswerOne(int listener, int errno, int seconds = 10)
    {
        var wait = new Libc.PollFd { Fd = listener, Events = Libc.POLLIN };
        if (Libc.poll(&wait, 1, seconds * 1000 * Surroundings.Patience) <= 0)
            Xunit.Assert.Fail($"no notification within {seconds} s");
        // SAFETY: struct seccomp_notif has 80 bytes (id, pid, flags, seccomp_data), seccomp_notif_resp 24.
        byte* notification = stackalloc byte[80];
        NativeMemory.Clear(notification, 80);
        Libc.Check(Libc.ioctl(listener, NotificationReceive, notification), "SECCOMP_IOCTL_NOTIF_RECV");
        byte* response = stackalloc byte[24];
        NativeMemory.Clear(response, 24);
        *(ulong*)response = *(ulong*)notification;
        *(int*)(response + 16) = -errno;
        *(uint*)(response + 20) = errno == 0 ? Continue : 0;
        Libc.Check(Libc.ioctl(listener, NotificationSend, response), "SECCOMP_IOCTL_NOTIF_SEND");
        return *(int*)(notification + 16);
    }
}
