using System.Globalization;

namespace Cofferdam.Linux;

/// <summary>Ranges that /etc/subuid and /etc/subgid give to users (subuid(5)); newuidmap(1) checks against them.</summary>
public static class SubordinateIds
{
    /// <summary>The ranges of user ids; none where the file is absent.</summary>
    public static IReadOnlyList<SubordinateRange> Users(uint uid, string? name) => Read("/etc/subuid", uid, name);

    /// <summary>The ranges of group ids of a user; none where the file is absent.</summary>
    public static IReadOnlyList<SubordinateRange> Groups(uint uid, string? name) => Read("/etc/subgid", uid, name);

    /// <summary>Parses the file's text: the ranges of the user with this number or name, in the file's order.</summary>
    public static IReadOnlyList<SubordinateRange> Parse(string text, uint uid, string? name)
    {
        List<SubordinateRange> ranges = [];
        string number = uid.ToString(CultureInfo.InvariantCulture);
        foreach (string line in text.Split('\n'))
        {
            string[] fields = line.Split(':');
            if (fields.Length == 3
                && (fields[0] == number || (name is not null && fields[0] == name))
                && uint.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint start)
                && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint count)
                && count > 0
                && count <= uint.MaxValue - start)
            {
                ranges.Add(new SubordinateRange(start, count));
            }
        }

        return ranges;
    }

    private static IReadOnlyList<SubordinateRange> Read(string path, uint uid, string? name)
    {
        if (Files.TryReadText(path, out string? text, out Errno errno)) return Parse(text, uid, name);
        return errno == Errno.ENOENT ? [] : throw new LinuxException("read", errno, path);
    }
}
