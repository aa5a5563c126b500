using System.Globalization;

namespace Cofferdam.Containers;

/// <summary>/proc/pid/net/dev (proc_pid_net(5)).</summary>
internal static class NetworkStatsFile
{
    private const int Fields = 16;

    /// <summary>All interfaces but the loopback one; malformed lines are left out.</summary>
    public static List<NetworkInterfaceStats> Parse(string text)
    {
        List<NetworkInterfaceStats> interfaces = [];
        Span<ulong> numbers = stackalloc ulong[Fields];
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int colon = line.IndexOf(':');
            if (colon < 0 || !TryNumbers(line[(colon + 1)..], numbers)) continue;
            string name = line[..colon].Trim().ToString();
            if (name == "lo") continue;
            interfaces.Add(new NetworkInterfaceStats
            {
                Name = name,
                RxBytes = numbers[0],
                RxPackets = numbers[1],
                RxErrors = numbers[2],
                RxDropped = numbers[3],
                TxBytes = numbers[8],
                TxPackets = numbers[9],
                TxErrors = numbers[10],
                TxDropped = numbers[11],
            });
        }

        return interfaces;
    }

    private static bool TryNumbers(ReadOnlySpan<char> text, Span<ulong> numbers)
    {
        int count = 0;
        foreach (Range part in text.Split(' '))
        {
            if (text[part].IsEmpty) continue;
            if (count == Fields || !ulong.TryParse(text[part], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[count++])) return false;
        }

        return count == Fields;
    }
}
