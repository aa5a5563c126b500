namespace Cofferdam.Containers;

/// <summary>What went through a network interface of a container, as the container sees it.</summary>
public sealed record NetworkInterfaceStats
{
    /// <summary>The interface's name in the container.</summary>
    public required string Name { get; init; }

    public ulong RxBytes { get; init; }

    public ulong RxPackets { get; init; }

    public ulong RxErrors { get; init; }

    public ulong RxDropped { get; init; }

    public ulong TxBytes { get; init; }

    public ulong TxPackets { get; init; }

    public ulong TxErrors { get; init; }

    public ulong TxDropped { get; init; }
}
