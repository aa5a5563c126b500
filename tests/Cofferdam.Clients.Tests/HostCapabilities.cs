using System.Globalization;
using System.Numerics;

namespace Cofferdam.Clients.Tests;

internal static class HostCapabilities
{
    /// <summary>Whether root here may give a container every capability the kernel knows.</summary>
    public static bool AreComplete
    {
        get
        {
            string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("CapBnd:", StringComparison.Ordinal));
            ulong bounding = ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber);
            return BitOperations.PopCount(bounding) == int.Parse(File.ReadAllText("/proc/sys/kernel/cap_last_cap")) + 1;
        }
    }
}
