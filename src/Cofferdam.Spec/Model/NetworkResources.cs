namespace Cofferdam.Spec;

/// <summary>Marks of network packets: cgroup v1 net_cls and net_prio.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Network.</remarks>
public sealed record NetworkResources
{
    /// <summary><c>classID</c>.</summary>
    public uint? ClassId { get; init; }

    /// <summary><c>priorities</c>.</summary>
    public IReadOnlyList<InterfacePriority> Priorities { get; init; } = [];
}
