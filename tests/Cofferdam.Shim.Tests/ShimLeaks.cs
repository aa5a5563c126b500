using System.Diagnostics;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>What the containers of one namespace left on the machine once they are deleted: processes (the shim among
/// them), mounts, cgroups, bundles, sockets.</summary>
internal sealed class ShimLeaks
{
    private readonly Containerd _daemon;
    private readonly string _tag;
    private readonly IReadOnlyList<string> _sockets;

    /// <summary>Made while the containers are still there: their bundles name the sockets.</summary>
    public ShimLeaks(Containerd daemon, string tag)
    {
        _daemon = daemon;
        _tag = tag;
        _sockets = [.. Folders(Path.Combine(daemon.Bundles, tag)).Select(ShimAddress.Of).OfType<string>()];
    }

    /// <summary>A shim ends a moment after its last container was deleted.</summary>
    public IReadOnlyList<string> FindSettled()
    {
        IReadOnlyList<string> left;
        long start = Stopwatch.GetTimestamp();
        while ((left = Find()).Count > 0 && Stopwatch.GetElapsedTime(start).TotalSeconds < 5 * Surroundings.Patience)
            Thread.Sleep(10);
        return left;
    }

    /// <summary>The next test is not to suffer.</summary>
    public void Remove()
    {
        foreach (int pid in ShimProcesses.Of(_tag))
            Libc.kill(pid, Libc.SIGKILL);
        // The parent cgroup, named after the namespace, is containerd's and stays until then.
        Leaks.Remove(_tag, Path.Combine(_daemon.Bundles, _tag));
    }

    private List<string> Find() =>
    [
        .. ShimProcesses.Of(_tag).Select(p => $"shim {p}: {Processes.CommandLine(p)}"),
        .. Processes.WithEnvironment($"COFFER_TEST={_tag}").Select(p => $"process {p}: {Processes.CommandLine(p)} ({Processes.State(p)})"),
        .. MountInfo.Read("self").Where(m => m.MountPoint.Contains($"/{_tag}/", StringComparison.Ordinal)).Select(m => $"mount {m.MountPoint} ({m.Type})"),
        .. Cgroups().Select(c => $"cgroup {c}"),
        .. Folders(Path.Combine(_daemon.Bundles, _tag)).Select(b => $"bundle {b}"),
        .. Folders(Path.Combine(_daemon.Folder, "root/io.containerd.runtime.v2.task", _tag)).Select(w => $"work directory {w}"),
        .. Folders(Path.Combine("/run/containerd/runc", _tag)).Select(s => $"runtime state {s}"),
        .. _sockets.Where(File.Exists).Select(s => $"socket {s}"),
    ];

    private IEnumerable<string> Cgroups()
    {
        if (Surroundings.IsSystemd)
            return Folders("/sys/fs/cgroup/system.slice").Where(c => c.Contains($"coffer-{_tag}-", StringComparison.Ordinal));
        string[] hierarchies = Surroundings.IsUnified ? ["/sys/fs/cgroup"] : Folders("/sys/fs/cgroup");
        return hierarchies.SelectMany(c => Folders(Path.Combine(c, _tag)));
    }

    private static string[] Folders(string path) => Directory.Exists(path) ? Directory.GetDirectories(path) : [];
}
