using System.Globalization;
using Cofferdam.Linux;

namespace Cofferdam.Runtime;

/// <summary>What the caller says through environment variables.</summary>
internal static class CallerEnvironment
{
    /// <summary>Socket-activation descriptors, if they are meant for this process (sd_listen_fds(3)).</summary>
    internal static int ListenFds()
    {
        if (Environment.GetEnvironmentVariable("LISTEN_FDS") is not { Length: > 0 } count) return 0;
        if (Environment.GetEnvironmentVariable("LISTEN_PID") is not { } pid || pid != Environment.ProcessId.ToString(CultureInfo.InvariantCulture)) return 0;
        return int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int fds) ? fds : 0;
    }

    internal static string? NotifySocket() =>
        Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is { Length: > 0 } path ? path : null;

    /// <summary>The state directory when --root is not given: the user's own unless this is the host's root.</summary>
    internal static string DefaultRoot()
    {
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return string.IsNullOrEmpty(runtime) || IsHostRoot() ? "/run/coffer" : Path.Join(runtime, "coffer");
    }

    // podman's rootless containers run the runtime as uid 0 of a user namespace, where /run is not ours to write.
    private static bool IsHostRoot()
    {
        if (Processes.EffectiveUid != 0) return false;
        return !Files.TryReadText("/proc/self/uid_map", out string? map, out _) || map.AsSpan().Trim().EndsWith(" 4294967295");
    }
}
