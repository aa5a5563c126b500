using System.Runtime.InteropServices;

namespace Cofferdam.Bench;

[StructLayout(LayoutKind.Sequential)]
internal struct PollFd
{
    private const int Eintr = 4;

    public int Fd;
    public short Events;
    public short Returned;

    /// <summary>Until the descriptor is readable or has an end; false when that takes too long.</summary>
    public static unsafe bool Wait(int fd, int milliseconds)
    {
        var entry = new PollFd { Fd = fd, Events = Libc.PollIn };
        int ready;
        do
        {
            // SAFETY: poll writes only the entry on this stack.
            ready = Libc.poll(&entry, 1, milliseconds);
        }
        while (ready < 0 && Marshal.GetLastPInvokeError() == Eintr);
        return ready == 1;
    }
}
