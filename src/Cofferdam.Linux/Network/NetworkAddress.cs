using System.Globalization;
using System.Text;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>An address of a network device, with what it takes to give it to the device again.</summary>
public sealed record NetworkAddress
{
    /// <summary>The device's number.</summary>
    public required int LinkIndex { get; init; }

    /// <summary>AF_INET or AF_INET6.</summary>
    public required byte Family { get; init; }

    /// <summary>How many leading bits name the network.</summary>
    public required byte PrefixLength { get; init; }

    /// <summary>How far the address is known; 0 is everywhere (RT_SCOPE_UNIVERSE).</summary>
    public required byte Scope { get; init; }

    /// <summary>The IFA_F_* bits.</summary>
    public required uint Flags { get; init; }

    /// <summary>IFA_ADDRESS: the address, or the other end's on a point-to-point device.</summary>
    public required byte[] Address { get; init; }

    /// <summary>IFA_LOCAL: our end's address, which IPv6 leaves out where it is the same.</summary>
    public byte[]? Local { get; init; }

    /// <summary>IFA_BROADCAST.</summary>
    public byte[]? Broadcast { get; init; }

    /// <summary>IFA_RT_PRIORITY: the metric of the route that comes with the address.</summary>
    public byte[]? RoutePriority { get; init; }

    /// <summary>True for an address that was given to the device for good, rather than learned with a lifetime.</summary>
    public bool IsPermanent => (Flags & Libc.IFA_F_PERMANENT) != 0;

    /// <summary>True for an address known beyond the link and the host (RFC 3549, 2.3.3.2).</summary>
    public bool IsGlobal => Scope == Libc.RT_SCOPE_UNIVERSE;

    /// <summary>The address with its prefix length, as "10.0.0.1/24"; IPv6 without the abbreviation of zeros.</summary>
    public override string ToString()
    {
        byte[] address = Local ?? Address;
        StringBuilder text = new();
        int step = address.Length == 4 ? 1 : 2;
        for (int i = 0; i + step <= address.Length; i += step)
        {
            if (i > 0) text.Append(step == 1 ? '.' : ':');
            if (step == 1) text.Append(CultureInfo.InvariantCulture, $"{address[i]}");
            else text.Append(CultureInfo.InvariantCulture, $"{(address[i] << 8) | address[i + 1]:x}");
        }

        return text.Append('/').Append(CultureInfo.InvariantCulture, $"{PrefixLength}").ToString();
    }
}
