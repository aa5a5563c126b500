using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>The shim that the suite drives: <c>COFFER_SHIM_RUNTIME</c> is a runtime's name (<c>io.containerd.runc.v2</c>
/// for the peer) or the path of a shim, by default the repository's own <c>out/bin/containerd-shim-coffer-v2</c>.</summary>
internal static class ShimUnderTest
{
    private const string OwnRuntime = "io.containerd.coffer.v2";

    private static readonly string s_own = System.IO.Path.Combine(RuntimeUnderTest.FindRepositoryRoot(), "out/bin/containerd-shim-coffer-v2");

    /// <summary>To a runtime of this name ctr sends options of runc's; the shim under test is found by it too (Containerd.MakeShimDirectory).</summary>
    public const string RuncName = "io.containerd.runc.v2";

    /// <summary>What ctr gets as <c>--runtime</c>.</summary>
    public static string Runtime { get; } = Environment.GetEnvironmentVariable("COFFER_SHIM_RUNTIME") is { Length: > 0 } wanted ? wanted : OwnRuntime;

    public static string Path { get; } = Find(Runtime);

    /// <summary><c>containerd-shim-coffer-v2</c>, <c>containerd-shim-runc-v2</c>.</summary>
    public static string Name => System.IO.Path.GetFileName(Path);

    public static bool IsOurs => Name == "containerd-shim-coffer-v2";

    public static string Describe() => $"{Path} as {Runtime}, containerd {ContainerdPrograms.Version} in {ContainerdPrograms.Directory}";

    private static string Find(string runtime)
    {
        if (runtime.Contains('/'))
            return System.IO.Path.GetFullPath(runtime);
        if (runtime == OwnRuntime)
            return s_own;
        // io.containerd.runc.v2 is served by containerd-shim-runc-v2.
        string[] parts = runtime.Split('.');
        return System.IO.Path.Combine(ContainerdPrograms.Directory, $"containerd-shim-{parts[^2]}-{parts[^1]}");
    }
}
