using System.Runtime.InteropServices;

namespace Cofferdam.Bench;

[StructLayout(LayoutKind.Sequential)]
internal struct PollFd
{
    public int Fd;
    public short Events;
    public short Returned;
}
