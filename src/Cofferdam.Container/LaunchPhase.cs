namespace Cofferdam.Containers;

/// <summary>One measured part of a launch. Times are in microseconds since the recorder was made.</summary>
/// <param name="Name">The phase; parts of a phase have its name and a slash before theirs ("init/mounts").</param>
/// <param name="Start">When it began.</param>
/// <param name="Duration">How long it took.</param>
public readonly record struct LaunchPhase(string Name, long Start, long Duration)
{
    /// <summary>How deep the phase is nested: 0 for a phase of the launch itself.</summary>
    public int Depth => Name.AsSpan().Count('/');
}
