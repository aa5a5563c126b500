using System.Globalization;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups;

/// <summary>
/// Limits so small that what a process uses on its way into a cgroup decides whether it gets to its program: some hundred KiB
/// for namespaces, page tables and copied pages. It is not charged to a cgroup that is entered at the end of that way.
/// </summary>
public static class SmallMemory
{
    /// <summary>The first limit that is not small. runc 1.1.5 needs more than this to start at all.</summary>
    public const long Bound = 4 << 20;

    /// <summary>Whether a configuration has such a limit.</summary>
    public static bool IsAskedFor(LinuxResources? resources)
    {
        if (resources is null) return false;
        if (resources.Memory is { Limit: > 0 and < Bound }) return true;
        // Above memory.high nobody is killed, but slowed down until a start takes seconds.
        return IsSmall(resources, "memory.max") || IsSmall(resources, "memory.high");
    }

    /// <summary>Whether a cgroup has such a limit now.</summary>
    public static bool Is(ICgroup cgroup) => cgroup.ReadMemoryLimit() < Bound;

    // As the kernel's memparse() reads it, as far as people write it.
    private static bool IsSmall(LinuxResources resources, string file)
    {
        if (!resources.Unified.TryGetValue(file, out string? text)) return false;
        ReadOnlySpan<char> value = text.AsSpan().Trim();
        long unit = value is [.., 'k' or 'K'] ? 1 << 10 : value is [.., 'm' or 'M'] ? 1 << 20 : 1;
        ReadOnlySpan<char> digits = unit > 1 ? value[..^1] : value;
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number < Bound / unit;
    }
}
