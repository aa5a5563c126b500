using Cofferdam.Testing;

namespace Cofferdam.Checkpoint.Tests;

/// <summary>Where runc and crun differ from what a test asks.</summary>
internal static class KnownDifferences
{
    public static IReadOnlyList<KnownDifference> All { get; } =
    [
    ];
}
