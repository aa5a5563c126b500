using System.Globalization;
using System.Text;

namespace Cofferdam.Linux;

/// <summary>The mounts of a mount namespace, read from /proc/pid/mountinfo.</summary>
public static class MountTable
{
    // Nodes with thousands of containers have tables of a few MB.
    private const int SizeLimit = 64 << 20;

    /// <summary>The mounts this process sees, in the order they were made or moved.</summary>
    public static IReadOnlyList<MountInfo> ReadSelf() => Parse(Files.ReadAll("/proc/self/mountinfo", SizeLimit));

    /// <summary>The mounts that another process sees, with paths relative to its root.</summary>
    public static IReadOnlyList<MountInfo> Read(int pid) => Parse(Files.ReadAll(ProcFs.PathOf(pid, "mountinfo"), SizeLimit));

    /// <summary>Parses the content of a mountinfo file. A line that is not well-formed is left out: a file system may print anything.</summary>
    public static IReadOnlyList<MountInfo> Parse(ReadOnlySpan<byte> content)
    {
        List<MountInfo> mounts = [];
        foreach (Range range in content.Split((byte)'\n'))
        {
            if (TryParseLine(content[range], out MountInfo? mount)) mounts.Add(mount);
        }

        return mounts;
    }

    /// <summary>The mount that holds the absolute, normalized <paramref name="path"/>: of the deepest mount points the one mounted last.</summary>
    public static MountInfo? Containing(IReadOnlyList<MountInfo> mounts, string path)
    {
        MountInfo? best = null;
        foreach (MountInfo mount in mounts)
        {
            if (IsAtOrBelow(path, mount.MountPoint) && (best is null || mount.MountPoint.Length >= best.MountPoint.Length)) best = mount;
        }

        return best;
    }

    /// <summary>True when <paramref name="path"/> is <paramref name="directory"/> or lies in it, both absolute and normalized.</summary>
    public static bool IsAtOrBelow(string path, string directory) =>
        directory == "/" || (path.StartsWith(directory, StringComparison.Ordinal) && (path.Length == directory.Length || path[directory.Length] == '/'));

    // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    private static bool TryParseLine(ReadOnlySpan<byte> line, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out MountInfo? mount)
    {
        mount = null;
        FieldReader fields = new(line);
        if (!fields.TryNumber(' ', out uint id) || !fields.TryNumber(' ', out uint parent) || !fields.TryNumber(':', out uint major) || !fields.TryNumber(' ', out uint minor)) return false;
        if (!fields.TryText(out string root) || !fields.TryText(out string point) || !fields.TryText(out string options)) return false;
        string optional = "";
        while (true)
        {
            if (!fields.TryText(out string field)) return false;
            if (field == "-") break;
            optional = optional.Length == 0 ? field : optional + " " + field;
        }

        if (!fields.TryText(out string type) || !fields.TryText(out string source)) return false;
        mount = new MountInfo((int)id, (int)parent, major, minor, root, point, options, optional, type, source, Unescape(fields.Rest));
        return true;
    }

    private static string Unescape(ReadOnlySpan<byte> field)
    {
        if (!field.Contains((byte)'\\')) return Encoding.UTF8.GetString(field);
        byte[] plain = new byte[field.Length];
        int length = 0;
        for (int i = 0; i < field.Length; length++)
        {
            bool escaped = field[i] == '\\' && i + 3 < field.Length && IsOctal(field[i + 1], 3) && IsOctal(field[i + 2], 7) && IsOctal(field[i + 3], 7);
            plain[length] = escaped ? (byte)(((field[i + 1] - '0') << 6) | ((field[i + 2] - '0') << 3) | (field[i + 3] - '0')) : field[i];
            i += escaped ? 4 : 1;
        }

        return Encoding.UTF8.GetString(plain, 0, length);
    }

    private static bool IsOctal(byte digit, int highest) => digit >= '0' && digit <= '0' + highest;

    private ref struct FieldReader(ReadOnlySpan<byte> line)
    {
        public ReadOnlySpan<byte> Rest { get; private set; } = line;

        // An empty field (a mount without a source) stands between two blanks, so blanks are never skipped.
        public bool TryText(out string text)
        {
            int end = Rest.IndexOf((byte)' ');
            text = end < 0 ? "" : Unescape(Rest[..end]);
            Rest = Rest[(end + 1)..];
            return end >= 0;
        }

        public bool TryNumber(char terminator, out uint number)
        {
            int end = Rest.IndexOf((byte)terminator);
            number = 0;
            if (end < 0 || !uint.TryParse(Rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out number)) return false;
            Rest = Rest[(end + 1)..];
            return true;
        }
    }
}
