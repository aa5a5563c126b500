namespace Cofferdam.Spec;

/// <summary>Cache and memory bandwidth by resctrl.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section IntelRdt.</remarks>
public sealed record IntelRdt
{
    /// <summary><c>closID</c>: the directory in resctrl; "/" is its root, null or empty the container's id.</summary>
    public string? ClosId { get; init; }

    /// <summary><c>schemata</c>: lines written as they are; 1.3.</summary>
    public IReadOnlyList<string> Schemata { get; init; } = [];

    /// <summary><c>l3CacheSchema</c>.</summary>
    public string? L3CacheSchema { get; init; }

    /// <summary><c>memBwSchema</c>.</summary>
    public string? MemBwSchema { get; init; }

    /// <summary><c>enableMonitoring</c>: a monitoring group of its own; 1.3.</summary>
    public bool EnableMonitoring { get; init; }
}
