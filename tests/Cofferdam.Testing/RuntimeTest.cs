using Xunit;

namespace Cofferdam.Testing;

/// <summary>Base of every test: its scratch ground, and the skip for differences that are named.</summary>
public abstract class RuntimeTest : IDisposable
{
    /// <param name="differences">What is skipped, with its reason.</param>
    /// <param name="asUser">The suite can be run by an ordinary user too.</param>
    protected RuntimeTest(IReadOnlyList<KnownDifference> differences, bool asUser = false)
    {
        Assert.SkipUnless(asUser || Surroundings.IsRoot, "needs root");
        string name = $"{GetType().Name}.{TestContext.Current.TestMethod?.MethodName}";
        string display = TestContext.Current.Test?.TestDisplayName ?? "";
        if (KnownDifference.ReasonFor(differences, name, display) is { } reason)
            Assert.Skip(reason);
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
