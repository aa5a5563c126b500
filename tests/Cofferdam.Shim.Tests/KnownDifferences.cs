using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>Where runc's shim differs from what a test asks, and what concerns our shim alone: the whole list, in one
/// place. The version is that of containerd.</summary>
internal static class KnownDifferences
{
    public static IReadOnlyList<KnownDifference> All { get; } =
    [
    ];
}
