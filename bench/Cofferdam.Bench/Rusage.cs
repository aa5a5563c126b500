using System.Runtime.InteropServices;

namespace Cofferdam.Bench;

/// <summary>struct rusage of getrusage(2); the fields behind maxrss are not read.</summary>
[StructLayout(LayoutKind.Sequential, Size = 144)]
internal struct Rusage
{
    public long UserSeconds;
    public long UserMicroseconds;
    public long SystemSeconds;
    public long SystemMicroseconds;
    public long MaxRssKilobytes;

    public readonly double CpuMilliseconds => ((UserSeconds + SystemSeconds) * 1e3) + ((UserMicroseconds + SystemMicroseconds) / 1e3);
}
