using Xunit;

namespace Cofferdam.Testing;

/// <summary>Base of every test: its scratch ground, and the skip for differences that are named.</summary>
public abstract class RuntimeTest : IDisposable
{
    protected RuntimeTest(IReadOnlyList<KnownDifference> differences)
    {
        Assert.SkipUnless(Libc.geteuid() == 0, "needs root");
        string name = $"{GetType().Name}.{TestContext.Current.TestMethod?.MethodName}";
        string display = TestContext.Current.Test?.TestDisplayName ?? "";
        if (KnownDifference.ReasonFor(differences, name, display) is { } reason)
            Assert.Skip($"{RuntimeUnderTest.Name}: {reason}");
        Scratch = new Scratch();
    }

    protected Scratch Scratch { get; }

    protected Container NewContainer(params string[] args) => Scratch.NewContainer(args);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Scratch?.Dispose();
}
