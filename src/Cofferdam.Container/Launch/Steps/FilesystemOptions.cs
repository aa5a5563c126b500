using System.Text;
using Cofferdam.Containers.Init;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Steps;

/// <summary>Options of a file system, as fsconfig(2) or as mount(2) takes them.</summary>
internal static class FilesystemOptions
{
    private const int LongestConfigValue = 255;

    /// <summary>
    /// fsconfig(2) takes at most 255 bytes a value, which overlay's lowerdir exceeds, and has no name for a few flags.
    /// </summary>
    public static bool NeedClassicMount(string type, ParsedMountOptions options)
    {
        if (type == "overlay" || (options.SuperFlags & (SuperblockFlags.InodeVersion | SuperblockFlags.PosixAcl)) != 0) return true;
        foreach (string option in options.Data)
            if (Encoding.UTF8.GetByteCount(option) > LongestConfigValue) return true;
        return false;
    }

    /// <summary>The pairs that MountOps.Configure reads: name, NUL, value, NUL; the value 0xFF marks a bare flag.</summary>
    public static byte[]? Encode(ParsedMountOptions options, bool readOnly)
    {
        var bytes = new List<byte>(64);
        if (readOnly) AddFlag(bytes, "ro");
        if ((options.SuperFlags & SuperblockFlags.Synchronous) != 0) AddFlag(bytes, "sync");
        if ((options.SuperFlags & SuperblockFlags.DirectorySynchronous) != 0) AddFlag(bytes, "dirsync");
        if ((options.SuperFlags & SuperblockFlags.MandatoryLocks) != 0) AddFlag(bytes, "mand");
        if ((options.SuperFlags & SuperblockFlags.LazyTime) != 0) AddFlag(bytes, "lazytime");
        foreach (string given in options.Data)
        {
            string option = MountLabel.Unquote(given);
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) AddFlag(bytes, option);
            else
            {
                AddText(bytes, option.AsSpan(0, equals));
                AddText(bytes, option.AsSpan(equals + 1));
            }
        }
        if (bytes.Count == 0) return null;
        bytes.Add(0);
        return [.. bytes];
    }

    /// <summary>The data argument of mount(2).</summary>
    public static string ClassicData(ParsedMountOptions options)
    {
        var data = new StringBuilder();
        foreach (string option in options.Data) data.Append(data.Length == 0 ? "" : ",").Append(MountLabel.Quote(option));
        return data.ToString();
    }

    public static long ClassicFlags(ParsedMountOptions options, ulong attributes)
    {
        const long NoDirAtime = 2048, NoAtime = 1024, StrictAtime = 1 << 24, NoSymFollow = 256;
        long flags = (uint)options.SuperFlags;
        flags |= (long)(attributes & 0xF);   // ro, nosuid, nodev and noexec have the same bits in both interfaces
        if ((attributes & MountAttributes.NoDirectoryAccessTime) != 0) flags |= NoDirAtime;
        if ((attributes & MountAttributes.NoSymlinks) != 0) flags |= NoSymFollow;
        flags |= (attributes & MountAttributes.AccessTimeMask) switch
        {
            MountAttributes.NoAccessTime => NoAtime,
            MountAttributes.StrictAccessTime => StrictAtime,
            _ => 0,
        };
        return flags;
    }

    public static string? Hint(string type, int errno) => (type, errno) switch
    {
        ("proc", Abi.EPERM) => "a new procfs in a user namespace needs one whose files are all visible, and a new pid namespace",
        ("sysfs", Abi.EPERM) => "sysfs in a user namespace needs a new network namespace",
        ("devpts", Abi.EINVAL) => "in a user namespace the gid of devpts must be mapped",
        (_, 19) => $"this kernel has no file system '{type}'",   // ENODEV
        _ => null,
    };

    private static void AddFlag(List<byte> bytes, string name)
    {
        AddText(bytes, name);
        bytes.Add(0xFF);
        bytes.Add(0);
    }

    private static void AddText(List<byte> bytes, ReadOnlySpan<char> text)
    {
        bytes.AddRange(Encoding.UTF8.GetBytes(text.ToString()));
        bytes.Add(0);
    }
}
