using System.Globalization;

namespace Cofferdam.Testing;

/// <summary>One line of mountinfo (proc_pid_mountinfo(5)).</summary>
public sealed record MountInfo(string Id, string Root, string MountPoint, string Options, string Propagation, string Type, string Source, string SuperOptions)
{
    public bool Has(string option) => Options.Split(',').Contains(option);

    public static IReadOnlyList<MountInfo> Read(string process) => Parse(File.ReadAllText($"/proc/{process}/mountinfo"));

    public static IReadOnlyList<MountInfo> Parse(string text)
    {
        var mounts = new List<MountInfo>();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.TrimEnd('\r').Split(' ');
            int dash = Array.IndexOf(words, "-");
            if (dash < 6 || words.Length < dash + 4)
                continue;
            mounts.Add(new MountInfo(words[0], Unescape(words[3]), Unescape(words[4]), words[5], string.Join(' ', words[6..dash]),
                words[dash + 1], Unescape(words[dash + 2]), words[dash + 3]));
        }
        return mounts;
    }

    /// <summary>The topmost mount at a path.</summary>
    public static MountInfo At(string text, string path) =>
        Parse(text).LastOrDefault(m => m.MountPoint == path) ?? throw new InvalidOperationException($"nothing is mounted on '{path}' in:\n{text}");

    private static string Unescape(string text)
    {
        if (!text.Contains('\\'))
            return text;
        var result = new System.Text.StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length)
            {
                int value = Convert.ToInt32(text.Substring(i + 1, 3), 8);
                result.Append(((char)value).ToString(CultureInfo.InvariantCulture));
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
