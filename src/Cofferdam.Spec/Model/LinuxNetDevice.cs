namespace Cofferdam.Spec;

/// <summary>A host network interface that is moved into the container.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Network Devices.</remarks>
public sealed record LinuxNetDevice
{
    /// <summary><c>name</c> in the container; null keeps the host's name.</summary>
    public string? Name { get; init; }
}
