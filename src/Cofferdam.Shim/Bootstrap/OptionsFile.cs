using System.Globalization;
using Cofferdam.Linux;

namespace Cofferdam.Shim.Bootstrap;

/// <summary>
/// Options as a file: flat TOML, of which lines "Key = value" with switches, numbers and one-line texts are known; whatever
/// else stands there is an error. (A library would stay in the memory of each shim.)
/// </summary>
internal static class OptionsFile
{
    /// <exception cref="CofferdamException">InvalidArgument: names the line.</exception>
    public static ShimOptions Read(string text)
    {
        ShimOptions options = new();
        HashSet<string> seen = [];
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            string content = line.Trim();
            if (content.Length == 0 || content[0] == '#') continue;
            int equals = content.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) throw Error(number, $"'{content}' is no 'Key = value'");
            string key = content[..equals].Trim();
            if (!seen.Add(key)) throw Error(number, $"'{key}' is there twice");
            options = With(options, number, key, WithoutComment(number, key, content[(equals + 1)..].Trim()));
        }

        return options;
    }

    private static ShimOptions With(ShimOptions options, int line, string key, string value) => key switch
    {
        "NoPivotRoot" => options with { NoPivotRoot = Switch(line, key, value) },
        "NoNewKeyring" => options with { NoNewKeyring = Switch(line, key, value) },
        "SystemdCgroup" => options with { SystemdCgroup = Switch(line, key, value) },
        "ShimCgroup" => options with { ShimCgroup = Text(line, key, value) },
        "BinaryName" => options with { BinaryName = Text(line, key, value) },
        "Root" => options with { Root = Text(line, key, value) },
        "CriuWorkPath" => options with { CriuWorkPath = Text(line, key, value) },
        "IoUid" => options with { IoUid = Id(line, key, value) },
        "IoGid" => options with { IoGid = Id(line, key, value) },
        // They stand empty in containerd's default configuration, and are containerd's to read, or nobody's.
        "CriuImagePath" or "CriuPath" or "TaskApiAddress" or "TaskApiVersion" when value is "\"\"" or "''" or "0" => options,
        "CriuImagePath" or "CriuPath" or "TaskApiAddress" or "TaskApiVersion" => throw Error(line, $"'{key}' has no effect here, and must be empty"),
        _ => throw Error(line, $"unknown key '{key}'"),
    };

    /// <summary>The value, a text with its quotes, before what follows a '#' outside of them.</summary>
    private static string WithoutComment(int line, string key, string value)
    {
        int end = 0;
        if (value.Length > 0 && value[0] is '"' or '\'')
        {
            end = value.IndexOf(value[0], 1) + 1;
            if (end == 0) throw Error(line, $"'{key}': the text does not end");
        }

        int comment = value.IndexOf('#', end);
        return (comment < 0 ? value : value[..comment]).Trim();
    }

    private static bool Switch(int line, string key, string value) =>
        value switch { "true" => true, "false" => false, _ => throw Error(line, $"'{key}' must be true or false") };

    private static uint Id(int line, string key, string value) =>
        uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) ? id : throw Error(line, $"'{key}' must be a number");

    private static string Text(int line, string key, string value)
    {
        if (value.Length < 2 || value[0] is not ('"' or '\'') || value.IndexOf(value[0], 1) != value.Length - 1) throw Error(line, $"'{key}' must be a quoted text");
        string text = value[1..^1];
        if (value[0] == '"' && text.Contains('\\', StringComparison.Ordinal)) throw Error(line, $"'{key}' must not hold a backslash (hint: in single quotes it stands for itself)");
        return text;
    }

    private static CofferdamException Error(int line, string message) => new(ErrorKind.InvalidArgument, $"options: line {line}: {message}");
}
