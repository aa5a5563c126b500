using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>The network devices and addresses of one network namespace, by rtnetlink(7).</summary>
public sealed class Netlink : IDisposable
{
    // A list that changed while it was read is asked for again.
    private const int ListAttempts = 16;

    private readonly NetlinkSocket _socket;

    private Netlink(OwnedFd? networkNamespace) => _socket = new NetlinkSocket(networkNamespace);

    /// <summary>Opens the given network namespace, or that of the calling thread.</summary>
    /// <remarks>The caller's thread stays where it is; later calls may come from any thread.</remarks>
    public static Netlink Open(OwnedFd? networkNamespace = null) => new(networkNamespace);

    /// <summary>All devices.</summary>
    public IReadOnlyList<NetworkLink> ReadLinks()
    {
        List<NetworkLink> links = [];
        NetlinkMessage request = new NetlinkMessage(Libc.RTM_GETLINK, Libc.NLM_F_DUMP).Add(new Libc.ifinfomsg());
        List(request, "list network devices", links.Clear, body => links.Add(ParseLink(body)));
        return links;
    }

    /// <summary>The device with this name.</summary>
    /// <exception cref="LinuxException">ENODEV: there is none.</exception>
    public NetworkLink ReadLink(string name)
    {
        NetworkLink? link = null;
        NetlinkMessage request = new NetlinkMessage(Libc.RTM_GETLINK, 0).Add(new Libc.ifinfomsg()).Add(Libc.IFLA_IFNAME, EncodeName(name));
        NetlinkAnswer answer = _socket.Ask(request, body => link = ParseLink(body));
        return link ?? throw new LinuxException("find network device", answer.Errno, name, hint: answer.Explanation);
    }

    /// <summary>The addresses of all devices.</summary>
    public IReadOnlyList<NetworkAddress> ReadAddresses()
    {
        List<NetworkAddress> addresses = [];
        NetlinkMessage request = new NetlinkMessage(Libc.RTM_GETADDR, Libc.NLM_F_DUMP).Add(new Libc.ifaddrmsg());
        List(request, "list network addresses", addresses.Clear, body =>
        {
            if (ParseAddress(body) is { } address) addresses.Add(address);
        });
        return addresses;
    }

    /// <summary>Switches a device on.</summary>
    public void SetUp(NetworkLink link)
    {
        NetlinkMessage request = new NetlinkMessage(Libc.RTM_NEWLINK, Libc.NLM_F_ACK)
            .Add(new Libc.ifinfomsg { ifi_index = link.Index, ifi_flags = Libc.IFF_UP, ifi_change = Libc.IFF_UP });
        Change(request, "switch on network device", link.Name);
    }

    /// <summary>Moves a device to another network namespace and renames it there in one step. It loses its addresses and is off.</summary>
    public void Move(NetworkLink link, OwnedFd networkNamespace, string newName)
    {
        NetlinkMessage request = new NetlinkMessage(Libc.RTM_NEWLINK, Libc.NLM_F_ACK)
            .Add(new Libc.ifinfomsg { ifi_index = link.Index })
            .Add(Libc.IFLA_NET_NS_FD, networkNamespace.Fd)
            .Add(Libc.IFLA_IFNAME, EncodeName(newName));
        Change(request, "move network device", link.Name, newName == link.Name ? null : newName);
    }

    /// <summary>Gives an address to a device; one that it has already is fine.</summary>
    public void AddAddress(NetworkLink link, NetworkAddress address)
    {
        // What the kernel derived from lifetimes and duplicate detection is not ours to set.
        const uint keptFlags = Libc.IFA_F_NODAD | Libc.IFA_F_NOPREFIXROUTE | Libc.IFA_F_PERMANENT;
        NetlinkMessage request = new NetlinkMessage(Libc.RTM_NEWADDR, Libc.NLM_F_ACK | Libc.NLM_F_CREATE | Libc.NLM_F_EXCL)
            .Add(new Libc.ifaddrmsg { ifa_family = address.Family, ifa_prefixlen = address.PrefixLength, ifa_scope = address.Scope, ifa_index = link.Index })
            .Add(Libc.IFA_ADDRESS, address.Address)
            .Add(Libc.IFA_FLAGS, (int)(address.Flags & keptFlags));
        if (address.Local is not null) request.Add(Libc.IFA_LOCAL, address.Local);
        if (address.Broadcast is not null) request.Add(Libc.IFA_BROADCAST, address.Broadcast);
        if (address.RoutePriority is not null) request.Add(Libc.IFA_RT_PRIORITY, address.RoutePriority);
        Change(request, "add network address", address.ToString(), link.Name, ignored: Errno.EEXIST);
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _socket.Dispose();

    private void Change(NetlinkMessage request, string operation, string path, string? secondPath = null, Errno ignored = Errno.None)
    {
        NetlinkAnswer answer = _socket.Ask(request);
        if (answer.Errno != Errno.None && answer.Errno != ignored) throw new LinuxException(operation, answer.Errno, path, secondPath, answer.Explanation);
    }

    private void List(NetlinkMessage request, string operation, Action restart, NetlinkSocket.BodyReader read)
    {
        for (int attempt = 0; attempt < ListAttempts; attempt++)
        {
            restart();
            NetlinkAnswer answer = _socket.Ask(request, read);
            if (answer.Errno != Errno.None) throw new LinuxException(operation, answer.Errno, hint: answer.Explanation);
            if (!answer.Interrupted) return;
        }

        throw new LinuxException(operation, Errno.EAGAIN);
    }

    private static byte[] EncodeName(string name) =>
        NetworkDevices.IsValidName(name) ? CString.Encode(name, "find network device") : throw new LinuxException("find network device", Errno.EINVAL, name, hint: "a device has 1 to 15 bytes without blanks, '/', ':' and '%' as its name");

    private static NetworkLink ParseLink(ReadOnlySpan<byte> body)
    {
        Libc.ifinfomsg info = MemoryMarshal.Read<Libc.ifinfomsg>(body);
        string name = "";
        NetlinkAttributes attributes = new(body[Unsafe.SizeOf<Libc.ifinfomsg>()..]);
        while (attributes.Next())
        {
            if (attributes.Type == Libc.IFLA_IFNAME) name = Encoding.UTF8.GetString(attributes.Value.TrimEnd((byte)0));
        }

        return new NetworkLink(info.ifi_index, name, (info.ifi_flags & Libc.IFF_UP) != 0);
    }

    // Null for what has no address of its own, such as a multicast entry.
    private static NetworkAddress? ParseAddress(ReadOnlySpan<byte> body)
    {
        Libc.ifaddrmsg info = MemoryMarshal.Read<Libc.ifaddrmsg>(body);
        byte[]? address = null, local = null, broadcast = null, priority = null;
        uint flags = info.ifa_flags;
        NetlinkAttributes attributes = new(body[Unsafe.SizeOf<Libc.ifaddrmsg>()..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case Libc.IFA_ADDRESS: address = attributes.Value.ToArray(); break;
                case Libc.IFA_LOCAL: local = attributes.Value.ToArray(); break;
                case Libc.IFA_BROADCAST: broadcast = attributes.Value.ToArray(); break;
                case Libc.IFA_RT_PRIORITY: priority = attributes.Value.ToArray(); break;
                case Libc.IFA_FLAGS: flags = MemoryMarshal.Read<uint>(attributes.Value); break;
            }
        }

        // Point-to-point devices may have only a local address.
        if ((address ?? local) is not { } known) return null;
        return new NetworkAddress
        {
            LinkIndex = info.ifa_index,
            Family = info.ifa_family,
            PrefixLength = info.ifa_prefixlen,
            Scope = info.ifa_scope,
            Flags = flags,
            Address = known,
            Local = local,
            Broadcast = broadcast,
            RoutePriority = priority,
        };
    }
}
