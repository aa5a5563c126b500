using System.Text;
using Cofferdam.Runtime.CommandLine;

namespace Cofferdam.Runtime.Output;

/// <summary>Completions for fish, from the option tables.</summary>
internal static class FishCompletion
{
    internal static string Script()
    {
        StringBuilder text = new();
        text.Append("# fish completion for coffer-oci\ncomplete -c coffer-oci -f\n");
        foreach (CommandOption option in GlobalOptions.Table) AppendOption(text, "__fish_use_subcommand", option);
        foreach (string name in CommandTable.Names)
        {
            CommandDefinition command = CommandTable.Find(name)!;
            string seen = $"__fish_seen_subcommand_from {name}";
            text.Append("complete -c coffer-oci -n __fish_use_subcommand -a ").Append(name).Append(" -d ").Append(ShellWords.Quote(command.Summary)).Append('\n');
            foreach (CommandOption option in command.Options) AppendOption(text, seen, option);
            if (command.TakesContainer) text.Append("complete -c coffer-oci -n '").Append(seen).Append("' -a '(coffer-oci list -q 2>/dev/null)'\n");
        }
        return text.ToString();
    }

    private static void AppendOption(StringBuilder text, string condition, CommandOption option)
    {
        if (option.Hidden) return;
        text.Append("complete -c coffer-oci -n '").Append(condition).Append("' -l ").Append(option.Name);
        if (option.Short != '\0') text.Append(" -s ").Append(option.Short);
        if (option.TakesNextArgument) text.Append(option.IsPath ? " -r -F" : " -x");
        if (option.Words is { } words && option.TakesNextArgument) text.Append(" -a '").Append(words).Append('\'');
        text.Append(" -d ").Append(ShellWords.Quote(option.Help)).Append('\n');
    }
}
