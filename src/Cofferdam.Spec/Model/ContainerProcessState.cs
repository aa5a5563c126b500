namespace Cofferdam.Spec;

/// <summary>What a seccomp listener receives with its descriptor.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section The Container Process State.</remarks>
public sealed record ContainerProcessState
{
    /// <summary><c>ociVersion</c>.</summary>
    public string OciVersion { get; init; } = "";

    /// <summary><c>fds</c>: the names of the descriptors sent along, in their order.</summary>
    public IReadOnlyList<string> Fds { get; init; } = ["seccompFd"];

    /// <summary><c>pid</c> of the process, as the runtime sees it.</summary>
    public int Pid { get; init; }

    /// <summary><c>metadata</c>: the listenerMetadata of config.json.</summary>
    public string? Metadata { get; init; }

    /// <summary><c>state</c> of the container.</summary>
    public ContainerState State { get; init; } = new();
}
