using Cofferdam.Linux;

namespace Cofferdam.Cgroups;

/// <summary>
/// What the kernel's log tells of one container from a moment on, also when its cgroup is gone already: systemd removes that
/// of a container that has ended, with all counters, before anybody may have read them. Any thread may read.
/// </summary>
public sealed class OomLog : IDisposable
{
    private readonly KernelLog _log;
    private readonly object _reading = new();
    private OomReport? _last;

    private OomLog(KernelLog log) => _log = log;

    /// <summary>Begins; null where the log may not be read.</summary>
    public static OomLog? Begin() => KernelLog.TryOpenAtEnd() is { } log ? new OomLog(log) : null;

    /// <summary>The last kill, and how many there were; null for none.</summary>
    /// <param name="paths">The container's directories by controller (<see cref="ICgroup.Paths"/>).</param>
    public OomReport? Read(IReadOnlyDictionary<string, string> paths)
    {
        lock (_reading)
        {
            if (OomInvestigation.Directory(paths) is { } directory) _last = OomInvestigation.ReadLog(_log, directory, _last);
            return _last;
        }
    }

    /// <summary>Closes the log.</summary>
    public void Dispose() => _log.Dispose();
}
