using System.Globalization;
using Cofferdam.Linux;
using Cofferdam.Spec;
using MountAttributes = Cofferdam.Linux.MountAttributes;

namespace Cofferdam.Shim.Rootfs;

/// <summary>
/// The options of a mount that a snapshotter gave, sorted by what they are for: as containerd's own mount package does, which
/// knows less than runtime-spec, and leaves all else to the file system.
/// </summary>
internal sealed record SnapshotOptions
{
    // mount(2)'s flags that bind mounts take by mount_setattr(2).
    private static readonly (MountFlags Flag, MountAttributes Attribute)[] s_attributes =
    [
        (MountFlags.ReadOnly, MountAttributes.ReadOnly), (MountFlags.NoSuid, MountAttributes.NoSuid), (MountFlags.NoDev, MountAttributes.NoDev),
        (MountFlags.NoExec, MountAttributes.NoExec), (MountFlags.NoDirectoryAccessTimes, MountAttributes.NoDirectoryAccessTimes),
        (MountFlags.NoAccessTimes, MountAttributes.NoAccessTimes), (MountFlags.StrictAccessTimes, MountAttributes.StrictAccessTimes),
    ];

    /// <summary>For mount(2).</summary>
    public required MountFlags Flags { get; init; }

    /// <summary>What is left for the file system.</summary>
    public required IReadOnlyList<string> FilesystemOptions { get; init; }

    /// <summary>Whose files appear as whose; containerd's <c>uidmap=CONTAINER:HOST:SIZE</c>.</summary>
    public IReadOnlyList<IdMapping> UidMappings { get; init; } = [];

    public IReadOnlyList<IdMapping> GidMappings { get; init; } = [];

    /// <summary>The source is a file with a file system in it.</summary>
    public bool IsLoop { get; init; }

    /// <summary>Its loop device works past the page cache.</summary>
    public bool IsDirect { get; init; }

    public bool IsBind => Flags.HasFlag(MountFlags.Bind);

    public bool IsRecursive => Flags.HasFlag(MountFlags.Recursive);

    public bool IsReadOnly => Flags.HasFlag(MountFlags.ReadOnly);

    public bool HasMappings => UidMappings.Count > 0;

    public string? Data => FilesystemOptions.Count == 0 ? null : string.Join(',', FilesystemOptions);

    /// <summary>For a bind mount. It keeps what its source has: <c>rw</c> only takes an earlier <c>ro</c> back.</summary>
    public MountAttributes Attributes
    {
        get
        {
            MountAttributes attributes = MountAttributes.None;
            foreach ((MountFlags flag, MountAttributes attribute) in s_attributes)
            {
                if (Flags.HasFlag(flag)) attributes |= attribute;
            }

            return attributes;
        }
    }

    /// <exception cref="CofferdamException">InvalidArgument: an option is malformed, or needs a handler in containerd that did not take it.</exception>
    public static SnapshotOptions Parse(IReadOnlyList<string> options)
    {
        MountFlags flags = MountFlags.None;
        List<string> rest = [];
        IReadOnlyList<IdMapping> uids = [], gids = [];
        bool isLoop = false, isDirect = false;
        foreach (string option in options)
        {
            if (TryFlag(option, out MountFlags flag, out bool clears)) flags = clears ? flags & ~flag : flags | flag;
            else if (option == "loop") isLoop = true;
            else if (option == "direct-io") isDirect = true;
            else if (option.StartsWith("uidmap=", StringComparison.Ordinal)) uids = Mappings(option);
            else if (option.StartsWith("gidmap=", StringComparison.Ordinal)) gids = Mappings(option);
            else if (option.StartsWith("X-containerd.", StringComparison.Ordinal)) throw new CofferdamException(ErrorKind.InvalidArgument, $"options: '{option}': is for containerd's mount manager, which left it");
            else rest.Add(option);
        }

        if (uids.Count == 0 != (gids.Count == 0)) throw new CofferdamException(ErrorKind.InvalidArgument, "options: 'uidmap' and 'gidmap' must both be given");
        return new SnapshotOptions { Flags = flags, FilesystemOptions = rest, UidMappings = uids, GidMappings = gids, IsLoop = isLoop, IsDirect = isDirect };
    }

    private static bool TryFlag(string option, out MountFlags flag, out bool clears)
    {
        (flag, clears) = option switch
        {
            "defaults" => (MountFlags.None, false),
            "async" => (MountFlags.Synchronous, true),
            "atime" => (MountFlags.NoAccessTimes, true),
            "bind" => (MountFlags.Bind, false),
            "dev" => (MountFlags.NoDev, true),
            "diratime" => (MountFlags.NoDirectoryAccessTimes, true),
            "dirsync" => (MountFlags.DirectorySynchronous, false),
            "exec" => (MountFlags.NoExec, true),
            "mand" => (MountFlags.MandatoryLocks, false),
            "noatime" => (MountFlags.NoAccessTimes, false),
            "nodev" => (MountFlags.NoDev, false),
            "nodiratime" => (MountFlags.NoDirectoryAccessTimes, false),
            "noexec" => (MountFlags.NoExec, false),
            "nomand" => (MountFlags.MandatoryLocks, true),
            "norelatime" => (MountFlags.RelativeAccessTimes, true),
            "nostrictatime" => (MountFlags.StrictAccessTimes, true),
            "nosuid" => (MountFlags.NoSuid, false),
            "rbind" => (MountFlags.Bind | MountFlags.Recursive, false),
            "relatime" => (MountFlags.RelativeAccessTimes, false),
            "remount" => (MountFlags.Remount, false),
            "ro" => (MountFlags.ReadOnly, false),
            "rw" => (MountFlags.ReadOnly, true),
            "strictatime" => (MountFlags.StrictAccessTimes, false),
            "suid" => (MountFlags.NoSuid, true),
            "sync" => (MountFlags.Synchronous, false),
            _ => (MountFlags.Silent, false),
        };
        return flag != MountFlags.Silent;
    }

    private static List<IdMapping> Mappings(string option)
    {
        List<IdMapping> mappings = [];
        foreach (string range in option[(option.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(','))
        {
            string[] parts = range.Split(':');
            if (parts.Length != 3 || !TryId(parts[0], out uint container) || !TryId(parts[1], out uint host) || !TryId(parts[2], out uint size))
                throw new CofferdamException(ErrorKind.InvalidArgument, $"options: '{option}': must be CONTAINER:HOST:SIZE");
            mappings.Add(new IdMapping { ContainerId = container, HostId = host, Size = size });
        }

        return mappings;
    }

    private static bool TryId(string text, out uint id) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);
}
