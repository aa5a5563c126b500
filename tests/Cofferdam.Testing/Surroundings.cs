using Xunit;

namespace Cofferdam.Testing;

/// <summary>Where the suite runs: which cgroup version, by which driver, as whom. <c>COFFER_RUNTIME_OPTIONS</c> holds
/// options that every command of the runtime gets, such as <c>--systemd-cgroup</c>.</summary>
public static class Surroundings
{
    public static IReadOnlyList<string> RuntimeOptions { get; } =
        (Environment.GetEnvironmentVariable("COFFER_RUNTIME_OPTIONS") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>In the names of directories and cgroups. A suite in a pid namespace of its own gets the number of the
    /// process outside, since its own is not the only one of its kind on the machine.</summary>
    public static string SuiteId { get; } = Environment.GetEnvironmentVariable("COFFER_TEST_SUITE") ?? Environment.ProcessId.ToString();

    public static bool IsRoot { get; } = Libc.geteuid() == 0;

    /// <summary>cgroup v2 alone, as most hosts have it.</summary>
    public static bool IsUnified { get; } = File.Exists("/sys/fs/cgroup/cgroup.controllers");

    /// <summary>The runtime asks systemd for its cgroups.</summary>
    public static bool IsSystemd { get; } = RuntimeOptions.Contains("--systemd-cgroup");

    /// <summary>How much longer than on an idle machine of today everything may take: an emulated one is slow.</summary>
    public static int Patience { get; } = int.TryParse(Environment.GetEnvironmentVariable("COFFER_TEST_PATIENCE"), out int factor) ? factor : 1;

    /// <summary>What an ordinary user's session has in its environment, and the runtime needs from there.</summary>
    public static IReadOnlyDictionary<string, string> Session { get; } = IsRoot
        ? new Dictionary<string, string> { ["HOME"] = "/root" }
        : new[] { "HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS" }
            .Select(n => (Name: n, Value: Environment.GetEnvironmentVariable(n))).Where(v => v.Value is not null).ToDictionary(v => v.Name, v => v.Value!);

    /// <summary>The cgroup of v2 below which containers can be made: the root's, or the one that was delegated to the
    /// session, whose processes sit in a child of it.</summary>
    private static string Delegated { get; } = FindDelegated();

    /// <summary>What a config says in linux.cgroupsPath for a cgroup of that name; nothing for an ordinary user on cgroup
    /// v1, who may make none.</summary>
    public static string CgroupsPath(string name) =>
        // With the slice that is the default: crun 1.8 does not know that one.
        IsSystemd ? $"{(IsRoot ? "system" : "user")}.slice:coffer:{name}" : IsRoot || IsUnified ? $"{Delegated}/{name}" : "";

    /// <summary>How the last directory of the cgroup is then called.</summary>
    public static string CgroupName(string name) => IsSystemd ? $"coffer-{name}.scope" : name;

    public static bool IsIn(Place place) =>
        (!place.HasFlag(Place.Rootless) || !IsRoot) && (!place.HasFlag(Place.Unified) || IsUnified) && (!place.HasFlag(Place.Systemd) || IsSystemd)
        && (!place.HasFlag(Place.Legacy) || !IsUnified);

    /// <summary>Skips what only root can prepare.</summary>
    public static void NeedRoot(string reason = "the test prepares the host as root") => Assert.SkipUnless(IsRoot, reason);

    public static void NeedIdMappedTmpfs() =>
        Assert.SkipUnless(Environment.OSVersion.Version >= new Version(6, 3), "tmpfs can be mounted with mapped ids since Linux 6.3");

    private static string FindDelegated()
    {
        if (IsRoot || !IsUnified)
            return "";
        string own = File.ReadAllLines("/proc/self/cgroup").First(l => l.StartsWith("0::", StringComparison.Ordinal))[3..];
        return own.EndsWith("/session", StringComparison.Ordinal) ? own[..^"/session".Length] : own;
    }
}
