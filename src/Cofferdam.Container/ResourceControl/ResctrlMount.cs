using Cofferdam.Linux;

namespace Cofferdam.Containers.ResourceControl;

/// <summary>The mounted resctrl file system (Documentation/filesystems/resctrl.rst, kernel 4.10).</summary>
/// <param name="root">Its mount point.</param>
internal sealed class ResctrlMount(string root)
{
    private const string UsualPlace = "/sys/fs/resctrl";
    private const long Magic = 0x7655821;

    /// <summary>The root group's directory.</summary>
    public string Root { get; } = root;

    /// <summary>The mount of this host.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.FailedPrecondition"/>: there is none.</exception>
    public static ResctrlMount Find() => new(FindRoot() ?? throw new CofferdamException(
        ErrorKind.FailedPrecondition,
        $"linux.intelRdt: no resctrl file system is mounted (hint: if the processor has Intel RDT or AMD QoS, mount -t resctrl resctrl {UsualPlace})"));

    /// <summary>Whether the kernel offers a resource: "L3", "L3CODE" with code and data prioritization, "L2", "MB" …</summary>
    public bool Has(string resource) => Files.Exists($"{Root}/info/{resource}");

    /// <summary>The names of what can be allotted, for messages.</summary>
    public string DescribeResources()
    {
        List<string> names = [];
        foreach (DirectoryEntry entry in Files.ReadDirectory(Root + "/info"))
        {
            if (entry.Type == FileType.Directory && !entry.Name.EndsWith("_MON", StringComparison.Ordinal)) names.Add(entry.Name);
        }

        names.Sort(StringComparer.Ordinal);
        return names.Count == 0 ? "none" : string.Join(", ", names);
    }

    /// <summary>A file below <c>info</c>, trimmed; null if this machine does not have it.</summary>
    public string? ReadInfo(string file) => Files.TryReadText($"{Root}/info/{file}", out string? text, out _) ? text.Trim() : null;

    /// <summary>
    /// What resctrl says of the last operation, as a hint; null where it has nothing to say (last_cmd_status, 4.16).
    /// Another program's operation may have come between, so it is no more than a hint.
    /// </summary>
    public string? ExplainLast() => ReadInfo("last_cmd_status") is { Length: > 0 } status and not "ok" ? $"resctrl says: {status.ReplaceLineEndings("; ")}" : null;

    // mountinfo costs some µs a mount, so it is read only where the usual place is something else.
    private static string? FindRoot()
    {
        if (Files.TryOpen(UsualPlace, OpenFlags.Path | OpenFlags.Directory, out OwnedFd? directory, out _))
        {
            using (directory)
            {
                if (Files.FileSystemMagic(directory, UsualPlace) == Magic) return UsualPlace;
            }
        }

        foreach (MountInfo mount in MountTable.ReadSelf())
        {
            if (mount.FsType == "resctrl" && mount.Root == "/") return mount.MountPoint;
        }

        return null;
    }
}
