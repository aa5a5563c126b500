using System.Text;
using Cofferdam.Runtime.CommandLine;

namespace Cofferdam.Runtime.Output;

/// <summary>A completion function for zsh, from the option tables.</summary>
internal static class ZshCompletion
{
    internal static string Script()
    {
        StringBuilder text = new();
        text.Append("#compdef coffer-oci\n_coffer_oci_containers() {\n    local -a ids root\n");
        text.Append("    [[ -n ${opt_args[--root]} ]] && root=(--root ${opt_args[--root]})\n");
        text.Append("    ids=(${(f)\"$(coffer-oci $root list -q 2>/dev/null)\"})\n    compadd -a ids\n}\n");
        text.Append("_coffer_oci() {\n    local state line\n    local -a commands\n    commands=(\n");
        foreach (string name in CommandTable.Names)
        {
            text.Append("        ").Append(ShellWords.Quote($"{name}:{CommandTable.Find(name)!.Summary}")).Append('\n');
        }
        text.Append("    )\n    _arguments -C \\\n");
        foreach (CommandOption option in GlobalOptions.Table) AppendOption(text, "        ", option);
        text.Append("        '1: :->command' '*:: :->arguments'\n    case $state in\n");
        text.Append("        command) _describe command commands ;;\n        arguments)\n            case $line[1] in\n");
        foreach (string name in CommandTable.Names)
        {
            CommandDefinition command = CommandTable.Find(name)!;
            text.Append("                ").Append(name).Append(") _arguments \\\n");
            foreach (CommandOption option in command.Options) AppendOption(text, "                    ", option);
            text.Append("                    ").Append(command.TakesContainer ? "'1:container:_coffer_oci_containers'" : "'1: :'").Append(" '*:: :_normal' ;;\n");
        }
        return text.Append("            esac ;;\n    esac\n}\n_coffer_oci \"$@\"\n").ToString();
    }

    private static void AppendOption(StringBuilder text, string indent, CommandOption option)
    {
        if (option.Hidden) return;
        Append(text, indent, "--" + option.Name, option);
        if (option.Short != '\0') Append(text, indent, "-" + option.Short, option);
    }

    private static void Append(StringBuilder text, string indent, string spelling, CommandOption option)
    {
        string help = option.Help.Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
        string action = option.IsPath ? "_files" : option.Words is { } words ? $"({words})" : " ";
        string value = option.TakesNextArgument ? $":{option.Name}:{action}" : "";
        string repeat = option.Kind == OptionKind.List ? "*" : "";
        text.Append(indent).Append(ShellWords.Quote($"{repeat}{spelling}[{help}]{value}")).Append(" \\\n");
    }
}
