using System.Globalization;

namespace Cofferdam.Bench.Shims;

/// <summary>A cgroup that counts the CPU of all that runs in and below it, exactly and for ever: what has ended stays counted.</summary>
internal sealed class CpuGroup
{
    private const string Hierarchy = "/sys/fs/cgroup/cpuacct";
    private static readonly string s_root = Workspace.IsV2 ? "/sys/fs/cgroup" : Hierarchy;
    private static readonly string s_home = s_root + Home();
    private readonly string _folder;

    /// <param name="path">From the root of the hierarchy, as in config.json's cgroupsPath.</param>
    public CpuGroup(string path)
    {
        if (!Directory.Exists(s_root))
        {
            throw new InvalidOperationException($"'{s_root}' is not there: CPU is counted by the controller cpuacct of cgroup v1, or by cgroup v2");
        }

        Path = path;
        _folder = s_root + path;
        Directory.CreateDirectory(_folder);
    }

    public string Path { get; }

    public double CpuMilliseconds => Workspace.IsV2
        ? long.Parse(File.ReadLines(System.IO.Path.Combine(_folder, "cpu.stat")).First(l => l.StartsWith("usage_usec ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture) / 1e3
        : long.Parse(File.ReadAllText(System.IO.Path.Combine(_folder, "cpuacct.usage")), CultureInfo.InvariantCulture) / 1e6;

    /// <summary>The processes in it, not those below it.</summary>
    public IReadOnlyList<int> Processes => [.. File.ReadLines(System.IO.Path.Combine(_folder, "cgroup.procs")).Select(int.Parse)];

    public void Add(int pid) => File.WriteAllText(System.IO.Path.Combine(_folder, "cgroup.procs"), pid.ToString(CultureInfo.InvariantCulture));

    /// <summary>Takes this process in: what it starts from now on is born here.</summary>
    public void Enter() => Add(Environment.ProcessId);

    /// <summary>Back to where this process was started.</summary>
    public static void Leave() => File.WriteAllText(System.IO.Path.Combine(s_home, "cgroup.procs"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

    private static string Home()
    {
        // "3:cpuacct:/a" on v1, "0::/a" on v2
        string[] own = File.ReadLines("/proc/self/cgroup").Select(l => l.Split(':', 3))
            .First(l => Workspace.IsV2 ? l[0] == "0" : l[1].Split(',').Contains("cpuacct"));
        return own[2];
    }
}
