using Cofferdam.Linux;

namespace Cofferdam.Cgroups;

/// <summary>The user namespace of this process (user_namespaces(7)).</summary>
internal static class UserNamespaces
{
    /// <summary>Whether it is another than the first, which maps all ids to themselves.</summary>
    public static bool IsInside() =>
        Files.TryReadText("/proc/self/uid_map", out string? map, out _) && !(KernelText.Numbers(map) is [0, 0, uint.MaxValue]);
}
