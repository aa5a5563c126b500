using System.Collections.ObjectModel;

namespace Cofferdam.Spec;

/// <summary>What a runtime tells about a container.</summary>
/// <remarks>runtime-spec 1.3 runtime.md, section State; rootfs, created and owner are runc's additions in <c>state</c> and <c>list</c>.</remarks>
public sealed record ContainerState
{
    /// <summary><c>ociVersion</c>.</summary>
    public string OciVersion { get; init; } = "";

    /// <summary><c>id</c>.</summary>
    public string Id { get; init; } = "";

    /// <summary><c>status</c>: creating, created, running, stopped, or paused.</summary>
    public string Status { get; init; } = "";

    /// <summary><c>pid</c>: 0 when stopped.</summary>
    public int Pid { get; init; }

    /// <summary><c>bundle</c>: absolute.</summary>
    public string Bundle { get; init; } = "";

    /// <summary><c>rootfs</c>: absolute; written by <c>state</c> and <c>list</c>.</summary>
    public string? Rootfs { get; init; }

    /// <summary><c>created</c>; written by <c>state</c> and <c>list</c>.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary><c>annotations</c>.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary><c>owner</c>: user name; written by <c>state</c> and <c>list</c>.</summary>
    public string? Owner { get; init; }
}
