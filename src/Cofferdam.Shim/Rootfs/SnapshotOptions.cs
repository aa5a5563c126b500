using System.Globalization;
using Cofferdam.Linux;
using Cofferdam.Spec;
using SpecMountAttributes = Cofferdam.Spec.MountAttributes;

namespace Cofferdam.Shim.Rootfs;

/// <summary>The options of a mount that a snapshotter gave, sorted by what they are for.</summary>
internal sealed record SnapshotOptions
{
    // mount_setattr(2)'s attribute and mount(2)'s flag for it.
    private static readonly (ulong Attribute, MountFlags Flag)[] s_flags =
    [
        (SpecMountAttributes.ReadOnly, MountFlags.ReadOnly), (SpecMountAttributes.NoSuid, MountFlags.NoSuid), (SpecMountAttributes.NoDev, MountFlags.NoDev),
        (SpecMountAttributes.NoExec, MountFlags.NoExec), (SpecMountAttributes.NoAccessTime, MountFlags.NoAccessTimes), (SpecMountAttributes.StrictAccessTime, MountFlags.StrictAccessTimes),
        (SpecMountAttributes.NoDirectoryAccessTime, MountFlags.NoDirectoryAccessTimes), (SpecMountAttributes.NoSymlinks, MountFlags.NoSymbolicLinks),
    ];

    public required ParsedMountOptions Parsed { get; init; }

    /// <summary>What is left for the file system.</summary>
    public required IReadOnlyList<string> FilesystemOptions { get; init; }

    /// <summary>Whose files appear as whose; containerd's <c>uidmap=CONTAINER:HOST:SIZE</c>.</summary>
    public IReadOnlyList<IdMapping> UidMappings { get; init; } = [];

    public IReadOnlyList<IdMapping> GidMappings { get; init; } = [];

    public bool IsBind => Parsed.Bind;

    public bool IsRecursive => Parsed.RecursiveBind;

    public string? Data => FilesystemOptions.Count == 0 ? null : string.Join(',', FilesystemOptions);

    /// <summary>For mount(2).</summary>
    public MountFlags Flags
    {
        get
        {
            MountFlags flags = (MountFlags)(ulong)Parsed.SuperFlags;
            foreach ((ulong attribute, MountFlags flag) in s_flags)
            {
                if ((Parsed.SetAttributes & attribute) == attribute) flags |= flag;
            }

            return flags;
        }
    }

    /// <exception cref="CofferdamException">InvalidArgument: an option is malformed, or needs a handler in containerd that did not take it.</exception>
    public static SnapshotOptions Parse(IReadOnlyList<string> options)
    {
        ParsedMountOptions parsed = MountOptions.Parse(options);
        List<string> rest = [];
        IReadOnlyList<IdMapping> uids = [], gids = [];
        foreach (string option in parsed.Data)
        {
            if (option.StartsWith("uidmap=", StringComparison.Ordinal)) uids = Mappings(option);
            else if (option.StartsWith("gidmap=", StringComparison.Ordinal)) gids = Mappings(option);
            else if (option == "loop") throw new CofferdamException(ErrorKind.Unimplemented, "options: 'loop': a loop device must be set up by containerd's mount manager");
            else if (option.StartsWith("X-containerd.", StringComparison.Ordinal)) throw new CofferdamException(ErrorKind.InvalidArgument, $"options: '{option}': is for containerd's mount manager, which left it");
            else rest.Add(option);
        }

        if (uids.Count == 0 != (gids.Count == 0)) throw new CofferdamException(ErrorKind.InvalidArgument, "options: 'uidmap' and 'gidmap' must both be given");
        return new SnapshotOptions { Parsed = parsed, FilesystemOptions = rest, UidMappings = uids, GidMappings = gids };
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
