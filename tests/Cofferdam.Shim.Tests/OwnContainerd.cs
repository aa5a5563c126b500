namespace Cofferdam.Shim.Tests;

/// <summary>A daemon for the tests of one class, which kill it.</summary>
public sealed class OwnContainerd : IDisposable
{
    private readonly Lazy<Containerd> _daemon = new(() => new Containerd());

    internal Containerd Daemon => _daemon.Value;

    public void Dispose()
    {
        if (_daemon.IsValueCreated)
            _daemon.Value.Dispose();
    }
}
