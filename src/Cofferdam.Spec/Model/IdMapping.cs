namespace Cofferdam.Spec;

/// <summary>A range of ids in a user namespace and the range on the host that it stands for.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section User namespace mappings; user_namespaces(7).</remarks>
public sealed record IdMapping
{
    /// <summary><c>containerID</c>.</summary>
    public uint ContainerId { get; init; }

    /// <summary><c>hostID</c>.</summary>
    public uint HostId { get; init; }

    /// <summary><c>size</c>.</summary>
    public uint Size { get; init; }
}
