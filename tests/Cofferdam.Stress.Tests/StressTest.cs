using Cofferdam.Testing;

namespace Cofferdam.Stress.Tests;

/// <summary>A test that drives the published coffer-oci on scratch ground, and is a leak test by that.</summary>
public abstract class StressTest() : RuntimeTest(Prerequisites())
{
    private static KnownDifference[] Prerequisites()
    {
        Assert.SkipUnless(File.Exists(Published.Runtime), "coffer-oci is not built; run ./build.sh");
        Assert.SkipUnless(File.Exists("/bin/busybox"), "needs /bin/busybox (package busybox-static)");
        return [];
    }
}
