namespace Cofferdam.Cgroups;

/// <summary>Finds cgroup hierarchies in the text of /proc/self/mountinfo (proc_pid_mountinfo(5)).</summary>
internal static class CgroupMounts
{
    private const string TypeMark = " - cgroup ";
    private const string UnifiedMark = " - cgroup2 ";

    /// <summary>
    /// The mount of the hierarchy with these controllers, in any order, or with this name; the v2 hierarchy has the name "".
    /// Of several mounts of the same hierarchy the first.
    /// </summary>
    public static CgroupMount? Find(string mountInfo, IReadOnlyList<string> controllers)
    {
        bool isUnified = controllers is [""];
        foreach (ReadOnlySpan<char> line in mountInfo.AsSpan().EnumerateLines())
        {
            int mark = line.IndexOf(isUnified ? UnifiedMark : TypeMark, StringComparison.Ordinal);
            if (mark < 0) continue;
            // After the mark: the source, a space, and the super block's options, among which are the controllers.
            ReadOnlySpan<char> options = line[(line.LastIndexOf(' ') + 1)..];
            if (!isUnified && !HasAll(options, controllers)) continue;
            ReadOnlySpan<char> front = line[..mark];
            return new CgroupMount(Unescape(Field(front, 4)), Unescape(Field(front, 3)));
        }

        return null;
    }

    private static bool HasAll(ReadOnlySpan<char> options, IReadOnlyList<string> controllers)
    {
        foreach (string controller in controllers)
        {
            bool has = false;
            foreach (Range option in options.Split(',')) has |= options[option].SequenceEqual(controller);
            if (!has) return false;
        }

        return true;
    }

    private static ReadOnlySpan<char> Field(ReadOnlySpan<char> line, int index)
    {
        foreach (Range field in line.Split(' '))
        {
            if (index-- == 0) return line[field];
        }

        return default;
    }

    // The kernel writes space, tab, newline and backslash as three octal digits.
    private static string Unescape(ReadOnlySpan<char> text)
    {
        if (!text.Contains('\\')) return text.ToString();
        System.Text.StringBuilder result = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length)
            {
                result.Append((char)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }
}
