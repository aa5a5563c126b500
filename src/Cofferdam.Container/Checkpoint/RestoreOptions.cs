namespace Cofferdam.Containers;

/// <summary>How to restore a container from a checkpoint.</summary>
public sealed record RestoreOptions : CriuOptions
{
    /// <summary>Close established TCP connections of the checkpoint in place of restoring them (CRIU 3.12).</summary>
    public bool TcpClose { get; init; }

    /// <summary>Another profile than the saved one: "apparmor:NAME" or "selinux:CONTEXT" (CRIU 3.16).</summary>
    public string? LsmProfile { get; init; }

    /// <summary>Another SELinux mount context than the saved one (CRIU 3.16).</summary>
    public string? LsmMountContext { get; init; }
}
