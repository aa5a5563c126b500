using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>The daemon that most tests share, each in a containerd namespace of its own.</summary>
public sealed class SharedContainerd : IDisposable
{
    private readonly Lazy<Containerd> _daemon = new(() => new Containerd());
    private readonly Lazy<EventStream> _events;

    public SharedContainerd() => _events = new(() => new EventStream(_daemon.Value));

    internal Containerd Daemon => _daemon.Value;

    internal EventStream Events => _events.Value;

    public void Dispose()
    {
        if (!_daemon.IsValueCreated)
            return;
        if (_events.IsValueCreated)
            _events.Value.Dispose();
        _daemon.Value.Dispose();
        if (!PrivateHost.IsHere)
            return;
        Eventually.True(() => Left().Count == 0, $"nothing is left when the suite ends: {string.Join(", ", Left())}", seconds: 5);
    }

    /// <summary>In this pid namespace everything was started by the suite; the first process and this one remain.</summary>
    private static List<string> Left() =>
    [
        .. Processes.All().Where(p => p != 1 && p != Environment.ProcessId && Processes.IsAlive(p)).Select(p => $"process {p} {Processes.CommandLine(p)}"),
        // runc's shim has been seen to leave sockets.
        .. ShimUnderTest.IsOurs && Directory.Exists("/run/containerd") ? Directory.GetFiles("/run/containerd", "*", SearchOption.AllDirectories) : [],
    ];
}
