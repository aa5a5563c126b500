using Cofferdam.Linux;

namespace Cofferdam.Containers.State;

/// <summary>The directory that holds one state directory for each container.</summary>
internal static class StateRoot
{
    private const int Mode = 0x1C0;         // 0700: state names host paths and holds sockets
    private const int StickyMode = 0x3C0;   // 01700

    /// <summary>Makes the root if it does not exist.</summary>
    public static void Prepare(string root)
    {
        if (Files.Exists(root)) return;
        Files.MkdirAll(root, Mode);
        if (Processes.EffectiveUid == 0 || !IsBelowRuntimeDirectory(root)) return;
        // XDG base directory specification: files below $XDG_RUNTIME_DIR that are older than 6 hours may be cleaned away
        // unless their sticky bit is set.
        using OwnedFd directory = Files.Open(root, OpenFlags.Directory);
        Files.Chmod(directory, StickyMode, root);
    }

    /// <summary>The valid ids among the root's entries, sorted; none if the root does not exist.</summary>
    public static IReadOnlyList<ContainerId> ReadIds(string root)
    {
        if (!Files.Exists(root)) return [];
        List<ContainerId> ids = [];
        foreach (DirectoryEntry entry in Files.ReadDirectory(root))
        {
            if (entry.Type == FileType.Directory && ContainerId.IsValid(entry.Name)) ids.Add(new ContainerId(entry.Name));
        }

        ids.Sort(static (a, b) => string.CompareOrdinal(a.Value, b.Value));
        return ids;
    }

    private static bool IsBelowRuntimeDirectory(string root)
    {
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return !string.IsNullOrEmpty(runtime) && root.StartsWith(runtime.TrimEnd('/') + "/", StringComparison.Ordinal);
    }
}
