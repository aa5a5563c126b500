using System.Buffers.Text;
using System.Text;

namespace Cofferdam.Linux;

/// <summary>The formats of /etc/passwd and /etc/group. The content may come from a container: it is bytes of any kind.</summary>
public static class UserDatabase
{
    // Longer lines are left out, as glibc's own readers give up on them.
    private const int LineLimit = 64 << 10;
    private const int FileLimit = 16 << 20;

    /// <summary>The first entry with this number.</summary>
    public static PasswdEntry? FindUser(ReadOnlySpan<byte> passwd, uint uid) => FindUser(passwd, entry => entry.Uid == uid);

    /// <summary>The first entry with this name.</summary>
    public static PasswdEntry? FindUser(ReadOnlySpan<byte> passwd, string name) => FindUser(passwd, entry => entry.Name == name);

    /// <summary>The first group with this number.</summary>
    public static GroupEntry? FindGroup(ReadOnlySpan<byte> group, uint gid) => FindGroup(group, entry => entry.Gid == gid);

    /// <summary>The first group with this name.</summary>
    public static GroupEntry? FindGroup(ReadOnlySpan<byte> group, string name) => FindGroup(group, entry => entry.Name == name);

    /// <summary>The numbers of the groups that list <paramref name="user"/> as a member.</summary>
    public static IReadOnlyList<uint> GroupsOf(ReadOnlySpan<byte> group, string user)
    {
        List<uint> groups = [];
        foreach (Range range in group.Split((byte)'\n'))
        {
            if (ParseGroup(group[range]) is { } entry && entry.Members.Contains(user) && !groups.Contains(entry.Gid)) groups.Add(entry.Gid);
        }

        return groups;
    }

    /// <summary>The name of a user of this host, or null where /etc/passwd does not tell.</summary>
    public static string? NameOf(uint uid) =>
        Files.TryOpen("/etc/passwd", OpenFlags.ReadOnly, out OwnedFd? file, out _) ? NameIn(file, uid) : null;

    private static PasswdEntry? FindUser(ReadOnlySpan<byte> passwd, Predicate<PasswdEntry> matches)
    {
        foreach (Range range in passwd.Split((byte)'\n'))
        {
            if (ParseUser(passwd[range]) is { } entry && matches(entry)) return entry;
        }

        return null;
    }

    private static GroupEntry? FindGroup(ReadOnlySpan<byte> group, Predicate<GroupEntry> matches)
    {
        foreach (Range range in group.Split((byte)'\n'))
        {
            if (ParseGroup(group[range]) is { } entry && matches(entry)) return entry;
        }

        return null;
    }

    private static string? NameIn(OwnedFd file, uint uid)
    {
        using (file) return FindUser(Files.ReadAll(file, FileLimit, "/etc/passwd"), uid)?.Name;
    }

    // name:password:uid:gid:comment:home:shell
    private static PasswdEntry? ParseUser(ReadOnlySpan<byte> line)
    {
        Span<Range> fields = stackalloc Range[7];
        if (!TrySplit(line, fields)) return null;
        if (line[fields[0]].IsEmpty || !TryNumber(line[fields[2]], out uint uid) || !TryNumber(line[fields[3]], out uint gid)) return null;
        return new PasswdEntry(Text(line[fields[0]]), uid, gid, Text(line[fields[5]]), Text(line[fields[6]]));
    }

    // name:password:gid:member,member
    private static GroupEntry? ParseGroup(ReadOnlySpan<byte> line)
    {
        Span<Range> fields = stackalloc Range[4];
        if (!TrySplit(line, fields)) return null;
        if (line[fields[0]].IsEmpty || !TryNumber(line[fields[2]], out uint gid)) return null;
        return new GroupEntry(Text(line[fields[0]]), gid, Text(line[fields[3]]).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    // Exactly as many fields as there is room for.
    private static bool TrySplit(ReadOnlySpan<byte> line, Span<Range> fields)
    {
        if (line.Length > LineLimit || line.Count((byte)':') != fields.Length - 1) return false;
        int index = 0;
        foreach (Range field in line.Split((byte)':')) fields[index++] = field;
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> field, out uint number) =>
        Utf8Parser.TryParse(field, out number, out int used) && used == field.Length && char.IsAsciiDigit((char)field[0]);

    private static string Text(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field);
}
