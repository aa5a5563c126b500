using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>Where runc's shim differs from what a test asks, and what concerns our shim alone: the whole list, in one
/// place. The version is that of containerd.</summary>
internal static class KnownDifferences
{
    private const string Peer = "containerd-shim-runc-v2";

    public static IReadOnlyList<KnownDifference> All { get; } =
    [
        new(Peer, "2.0", "LoggerTests.A_file_gets_both_streams", "closes the file with the first stream that ends"),
    ];
}
