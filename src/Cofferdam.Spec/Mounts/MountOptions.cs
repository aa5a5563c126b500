namespace Cofferdam.Spec;

/// <summary>The table of mount options.</summary>
/// <remarks>
/// runtime-spec 1.3 config.md, section Linux mount options; mount(8). Of two contrary options the later one wins.
/// The r forms of an attribute change the mounts below too. An option that is not in the table belongs to the filesystem.
/// </remarks>
public static class MountOptions
{
    private const ulong Recursive = 1 << 14; // MS_REC
    private const ulong Unbindable = 1 << 17;
    private const ulong Private = 1 << 18;
    private const ulong Slave = 1 << 19;
    private const ulong Shared = 1 << 20;

    /// <summary>Every option of the table, sorted, as <c>features</c> tells it.</summary>
    public static IReadOnlyList<string> Known =>
    [
        "acl", "async", "atime", "bind", "copy-symlink", "defaults", "dest-nofollow", "dev", "diratime", "dirsync", "exec",
        "idmap", "iversion", "lazytime", "loud", "mand", "noacl", "noatime", "nodev", "nodiratime", "noexec", "noiversion",
        "nolazytime", "nomand", "norelatime", "nostrictatime", "nosuid", "nosymfollow", "private", "rasync", "ratime",
        "rbind", "rdev", "rdiratime", "rdirsync", "relatime", "remount", "rexec", "ridmap", "rmand", "rnoatime", "rnodev",
        "rnodiratime", "rnoexec", "rnomand", "rnorelatime", "rnostrictatime", "rnosuid", "rnosymfollow", "ro", "rprivate",
        "rrelatime", "rro", "rrw", "rshared", "rslave", "rstrictatime", "rsuid", "rsymfollow", "rsync", "runbindable", "rw",
        "shared", "silent", "slave", "src-nofollow", "strictatime", "suid", "symfollow", "sync", "tmpcopyup", "unbindable",
    ];

    /// <summary>Sorts <paramref name="options"/> by their meaning.</summary>
    /// <param name="options">The options of one mount.</param>
    /// <param name="path">Their JSON path, for the message of a malformed one.</param>
    /// <exception cref="CofferdamException">InvalidArgument: an <c>idmap=</c> option is malformed.</exception>
    public static ParsedMountOptions Parse(IReadOnlyList<string> options, string path = "options") => Parse(options, new Place(path), "");

    /// <summary>The same for the options of the mount at a place.</summary>
    internal static ParsedMountOptions Parse(IReadOnlyList<string> options, Place place, string field = ".options")
    {
        var sorter = new MountOptionSorter();
        for (int i = 0; i < options.Count; i++)
        {
            if (!sorter.TryAdd(options[i]))
                throw Fault.At(place, $"{field}[{i}]",
                    $"must be 'idmap', or 'idmap=' with uids and gids as FROM-TO-LENGTH#… separated by ';', is '{options[i]}'");
        }
        return sorter.Sorted;
    }

    /// <summary>The mount(2) flags of a propagation: private, shared, slave, unbindable and their r forms; 0 if it is none.</summary>
    public static ulong ParsePropagation(string option) => option switch
    {
        "private" => Private,
        "rprivate" => Private | Recursive,
        "shared" => Shared,
        "rshared" => Shared | Recursive,
        "slave" => Slave,
        "rslave" => Slave | Recursive,
        "unbindable" => Unbindable,
        "runbindable" => Unbindable | Recursive,
        _ => 0,
    };

    /// <summary>An option that changes attributes of the mount: the bits of its field to clear, and the value to set in it.</summary>
    internal static bool TryAttribute(ReadOnlySpan<char> option, out ulong clear, out ulong set)
    {
        (clear, set) = option switch
        {
            "ro" => (0UL, MountAttributes.ReadOnly),
            "rw" => (MountAttributes.ReadOnly, 0UL),
            "nosuid" => (0UL, MountAttributes.NoSuid),
            "suid" => (MountAttributes.NoSuid, 0UL),
            "nodev" => (0UL, MountAttributes.NoDev),
            "dev" => (MountAttributes.NoDev, 0UL),
            "noexec" => (0UL, MountAttributes.NoExec),
            "exec" => (MountAttributes.NoExec, 0UL),
            "nodiratime" => (0UL, MountAttributes.NoDirectoryAccessTime),
            "diratime" => (MountAttributes.NoDirectoryAccessTime, 0UL),
            "nosymfollow" => (0UL, MountAttributes.NoSymlinks),
            "symfollow" => (MountAttributes.NoSymlinks, 0UL),
            "noatime" => (MountAttributes.AccessTimeMask, MountAttributes.NoAccessTime),
            "strictatime" => (MountAttributes.AccessTimeMask, MountAttributes.StrictAccessTime),
            "relatime" => (MountAttributes.AccessTimeMask, MountAttributes.RelativeAccessTime),
            "atime" => (MountAttributes.NoAccessTime, 0UL),
            "nostrictatime" => (MountAttributes.StrictAccessTime, 0UL),
            _ => (0UL, 0UL),
        };
        return (clear | set) != 0;
    }

    /// <summary>An option of the filesystem itself; the r forms are crun's and mean the same.</summary>
    internal static bool TrySuperblock(string option, out SuperblockFlags flag, out bool clear)
    {
        (flag, clear) = option switch
        {
            "sync" or "rsync" => (SuperblockFlags.Synchronous, false),
            "async" or "rasync" => (SuperblockFlags.Synchronous, true),
            "dirsync" or "rdirsync" => (SuperblockFlags.DirectorySynchronous, false),
            "mand" or "rmand" => (SuperblockFlags.MandatoryLocks, false),
            "nomand" or "rnomand" => (SuperblockFlags.MandatoryLocks, true),
            "lazytime" => (SuperblockFlags.LazyTime, false),
            "nolazytime" => (SuperblockFlags.LazyTime, true),
            "iversion" => (SuperblockFlags.InodeVersion, false),
            "noiversion" => (SuperblockFlags.InodeVersion, true),
            "silent" => (SuperblockFlags.Silent, false),
            "loud" => (SuperblockFlags.Silent, true),
            "acl" => (SuperblockFlags.PosixAcl, false),
            "noacl" => (SuperblockFlags.PosixAcl, true),
            _ => (SuperblockFlags.None, false),
        };
        return flag != SuperblockFlags.None;
    }
}
