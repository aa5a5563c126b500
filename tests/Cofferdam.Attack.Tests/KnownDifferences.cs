using Cofferdam.Testing;

namespace Cofferdam.Attack.Tests;

/// <summary>Attacks that still get through in the old releases which are installed beside us.</summary>
public static class KnownDifferences
{
    public static IReadOnlyList<KnownDifference> All { get; } =
    [
    ];
}
