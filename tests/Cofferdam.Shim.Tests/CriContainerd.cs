namespace Cofferdam.Shim.Tests;

/// <summary>A daemon with its CRI plugin, for the tests of one class.</summary>
public sealed class CriContainerd : IDisposable
{
    private readonly Lazy<Containerd> _daemon = new(() => new Containerd(withCri: true));

    internal Containerd Daemon => _daemon.Value;

    public void Dispose()
    {
        if (_daemon.IsValueCreated)
            _daemon.Value.Dispose();
    }
}
