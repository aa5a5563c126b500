namespace Cofferdam.Containers;

/// <summary>How CRIU keeps packets from a container whose TCP connections it saves or restores (criu(8), --network-lock).</summary>
public enum CriuNetworkLock
{
    /// <summary>Whatever CRIU's default is: iptables, unless it was built for nftables.</summary>
    Default,

    /// <summary>Rules of iptables-restore(8).</summary>
    Iptables,

    /// <summary>Rules of nftables; CRIU 3.17.</summary>
    Nftables,

    /// <summary>Nothing: connections may be reset. CRIU 3.19.</summary>
    Skip,
}
