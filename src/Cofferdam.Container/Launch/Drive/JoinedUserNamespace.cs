using System.Globalization;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>
/// A user namespace that is joined by its path has its maps already. Callers may give them all the same (CRI does), and then
/// they must be those, or files would get other owners than the caller means.
/// </summary>
internal static class JoinedUserNamespace
{
    /// <summary>Checks what can be checked before the launch: a path that names a process.</summary>
    public static void CheckEarly(RuntimeSpec spec)
    {
        if (PathToCheck(spec) is { } path && ProcessOf(path) is { } pid) Check(spec, pid);
    }

    /// <summary>Checks the other paths, once a process has joined the namespace.</summary>
    /// <param name="spec">The configuration.</param>
    /// <param name="pid">The process.</param>
    public static void CheckLate(RuntimeSpec spec, int pid)
    {
        if (PathToCheck(spec) is { } path && ProcessOf(path) is null) Check(spec, pid);
    }

    /// <summary>Whether the text of a uid_map or gid_map maps what <paramref name="wanted"/> maps, however it is divided.</summary>
    internal static bool IsSame(IReadOnlyList<IdMapping> wanted, string map) => Normalize(wanted).SequenceEqual(Normalize(Parse(map)));

    private static string? PathToCheck(RuntimeSpec spec)
    {
        if (spec.Linux.UidMappings.Count == 0 && spec.Linux.GidMappings.Count == 0) return null;
        foreach (LinuxNamespace space in spec.Linux.Namespaces)
        {
            if (space.Type == NamespaceType.User) return string.IsNullOrEmpty(space.Path) ? null : space.Path;
        }

        return null;
    }

    private static int? ProcessOf(string path) =>
        path.Split('/') is ["", "proc", { } number, "ns", "user"] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : null;

    private static void Check(RuntimeSpec spec, int pid)
    {
        Check(spec.Linux.UidMappings, pid, "uid_map", "linux.uidMappings");
        Check(spec.Linux.GidMappings, pid, "gid_map", "linux.gidMappings");
    }

    private static void Check(IReadOnlyList<IdMapping> wanted, int pid, string file, string field)
    {
        // A process that is gone makes joining fail, with a better message.
        if (wanted.Count == 0 || !Files.TryReadText(ProcFs.PathOf(pid, file), out string? map, out _)) return;
        if (IsSame(wanted, map)) return;
        string present = string.Join(", ", Normalize(Parse(map)).ConvertAll(static m => $"{m.ContainerId}:{m.HostId}:{m.Size}"));
        throw new CofferdamException(
            ErrorKind.InvalidArgument,
            $"{field}: must be empty or those of the user namespace that is joined by its path, whose are {(present.Length > 0 ? present : "none")} (containerID:hostID:size)");
    }

    private static List<IdMapping> Parse(string map)
    {
        List<IdMapping> mappings = [];
        foreach (string line in map.Split('\n'))
        {
            string[] numbers = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (numbers.Length != 3) continue;
            mappings.Add(new IdMapping { ContainerId = Number(numbers[0]), HostId = Number(numbers[1]), Size = Number(numbers[2]) });
        }

        return mappings;
    }

    private static uint Number(string text) => uint.Parse(text, CultureInfo.InvariantCulture);

    private static List<IdMapping> Normalize(IReadOnlyList<IdMapping> mappings)
    {
        List<IdMapping> sorted = [.. mappings], merged = [];
        sorted.Sort(static (a, b) => a.ContainerId.CompareTo(b.ContainerId));
        foreach (IdMapping next in sorted)
        {
            if (merged is [.., { } last] && last.ContainerId + last.Size == next.ContainerId && last.HostId + last.Size == next.HostId)
                merged[^1] = last with { Size = last.Size + next.Size };
            else merged.Add(next);
        }

        return merged;
    }
}
