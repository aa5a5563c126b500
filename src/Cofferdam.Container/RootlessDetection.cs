using Cofferdam.Linux;

namespace Cofferdam.Containers;

/// <summary>Decides <see cref="RootlessMode.Auto"/>.</summary>
internal static class RootlessDetection
{
    /// <summary>Whether refusals of the cgroup file system are put up with.</summary>
    public static bool Decide(RootlessMode mode) => mode switch
    {
        RootlessMode.Yes => true,
        RootlessMode.No => false,
        _ => Processes.EffectiveUid != 0 || !OwnsAllUsers(),
    };

    // The initial user namespace maps every id to itself (user_namespaces(7)).
    private static bool OwnsAllUsers() =>
        !Files.TryReadText("/proc/self/uid_map", out string? map, out _)
        || map.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["0", "0", "4294967295"];
}
