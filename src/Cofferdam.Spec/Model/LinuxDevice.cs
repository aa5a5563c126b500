namespace Cofferdam.Spec;

/// <summary>A device node made in the container.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Devices; mknod(2).</remarks>
public sealed record LinuxDevice
{
    /// <summary><c>path</c>: absolute, in the container.</summary>
    public string Path { get; init; } = "";

    /// <summary><c>type</c>.</summary>
    public DeviceType Type { get; init; }

    /// <summary><c>major</c>; not used for a fifo.</summary>
    public long Major { get; init; }

    /// <summary><c>minor</c>; not used for a fifo.</summary>
    public long Minor { get; init; }

    /// <summary><c>fileMode</c>: podman writes the bits of the type into it too; only 07777 counts.</summary>
    public uint? FileMode { get; init; }

    /// <summary><c>uid</c> of the owner in the container.</summary>
    public uint? Uid { get; init; }

    /// <summary><c>gid</c> of the owner in the container.</summary>
    public uint? Gid { get; init; }
}
