using System.Text;

namespace Cofferdam.Linux;

/// <summary>What a container start does to network devices (runtime-spec 1.3, config-linux.md, network devices).</summary>
public static class NetworkDevices
{
    private const int LongestName = 15;

    /// <summary>Switches on the loopback device of a network namespace.</summary>
    public static void SetLoopbackUp(OwnedFd networkNamespace)
    {
        using Netlink target = Netlink.Open(networkNamespace);
        target.SetUp(target.ReadLink("lo"));
    }

    /// <summary>
    /// Moves a device of the calling thread's network namespace into another, keeps its permanent addresses of global
    /// scope, and switches it on.
    /// </summary>
    /// <param name="name">The device's name here.</param>
    /// <param name="networkNamespace">Where it goes.</param>
    /// <param name="newName">Its name there; null or empty keeps the name.</param>
    public static void Move(string name, OwnedFd networkNamespace, string? newName = null)
    {
        string finalName = string.IsNullOrEmpty(newName) ? name : newName;
        List<NetworkAddress> kept = [];
        using (Netlink here = Netlink.Open())
        {
            NetworkLink link = here.ReadLink(name);
            // The kernel drops all addresses when a device changes its namespace.
            foreach (NetworkAddress address in here.ReadAddresses())
            {
                if (address.LinkIndex == link.Index && address.IsPermanent && address.IsGlobal) kept.Add(address);
            }

            here.Move(link, networkNamespace, finalName);
        }

        using Netlink there = Netlink.Open(networkNamespace);
        NetworkLink moved = there.ReadLink(finalName);
        foreach (NetworkAddress address in kept) there.AddAddress(moved, address);
        there.SetUp(moved);
    }

    /// <summary>True for a name that the kernel takes as it is: no blanks, slashes, colons, and no '%', which asks it to number devices.</summary>
    public static bool IsValidName(string name)
    {
        if (name is "" or "." or ".." || Encoding.UTF8.GetByteCount(name) > LongestName) return false;
        foreach (char c in name)
        {
            if (c is '/' or ':' or '%' || char.IsWhiteSpace(c) || char.IsControl(c)) return false;
        }

        return true;
    }
}
