using System.Text;
using Cofferdam.Runtime.CommandLine;

namespace Cofferdam.Runtime.Output;

/// <summary>Pieces of option tables in shell syntax.</summary>
internal static class ShellWords
{
    /// <summary>"--bundle -b --detach -d …"</summary>
    internal static string Options(CommandOption[] options)
    {
        StringBuilder text = new();
        foreach (CommandOption option in options)
        {
            if (option.Hidden) continue;
            text.Append("--").Append(option.Name).Append(' ');
            if (option.Short != '\0') text.Append('-').Append(option.Short).Append(' ');
        }
        return text.Append("--help").ToString();
    }

    /// <summary>A case pattern of the options that take the next word: "--log|--root|-b".</summary>
    internal static string OptionPattern(CommandOption[] options, string except)
    {
        StringBuilder text = new();
        foreach (CommandOption option in options)
        {
            if (!option.TakesNextArgument || $"--{option.Name}" == except) continue;
            if (text.Length > 0) text.Append('|');
            text.Append("--").Append(option.Name);
            if (option.Short != '\0') text.Append("|-").Append(option.Short);
        }
        return text.ToString();
    }

    /// <summary>One line of help, in single quotes.</summary>
    internal static string Quote(string text) =>
        "'" + text.Replace("'", "'\\''", StringComparison.Ordinal).Replace('\n', ' ') + "'";
}
