namespace Cofferdam.Linux;

/// <summary>A child that is being made; see <see cref="OwnChildren.Expect"/>. Disposed of once it is known by its number.</summary>
public sealed class ExpectedChild : IDisposable
{
    private bool _ended;

    internal ExpectedChild()
    {
    }

    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _ended, true)) OwnChildren.EndExpectation();
    }
}
