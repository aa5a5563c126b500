using System.Text;
using Cofferdam.Runtime.CommandLine;

namespace Cofferdam.Runtime.Output;

/// <summary>A completion function for bash, from the option tables.</summary>
internal static class BashCompletion
{
    internal static string Script()
    {
        StringBuilder text = new();
        text.Append("# bash completion for coffer-oci\n_coffer_oci() {\n");
        text.Append("    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= id= word i\n");
        text.Append("    local -a root=()\n");
        text.Append("    for ((i = 1; i < COMP_CWORD; i++)); do\n        word=${COMP_WORDS[i]}\n");
        text.Append("        if [[ -z $command ]]; then\n            case $word in\n");
        text.Append("                --root) root=(--root \"${COMP_WORDS[++i]}\") ;;\n");
        text.Append("                ").Append(ShellWords.OptionPattern(GlobalOptions.Table, "--root")).Append(") ((i++)) ;;\n");
        text.Append("                -*) ;;\n                *) command=$word ;;\n            esac\n");
        text.Append("        elif [[ $word != -* ]]; then\n            id=$word\n        fi\n    done\n");
        text.Append("    case $prev in\n");
        AppendValues(text, GlobalOptions.Table);
        text.Append("    esac\n    case $command in\n");
        text.Append("        '') COMPREPLY=($(compgen -W '").Append(ShellWords.Options(GlobalOptions.Table)).Append(' ').AppendJoin(' ', CommandTable.Names.ToArray()).Append(" help' -- \"$cur\")) ;;\n");
        foreach (string name in CommandTable.Names) AppendCommand(text, CommandTable.Find(name)!);
        text.Append("    esac\n}\ncomplete -o bashdefault -F _coffer_oci coffer-oci\n");
        return text.ToString();
    }

    private static void AppendCommand(StringBuilder text, CommandDefinition command)
    {
        text.Append("        ").Append(command.Name).Append(")\n            case $prev in\n");
        AppendValues(text, command.Options);
        text.Append("            esac\n            if [[ $cur == -* ]]; then\n                COMPREPLY=($(compgen -W '");
        text.Append(ShellWords.Options(command.Options)).Append("' -- \"$cur\"))\n");
        if (command.TakesContainer)
        {
            text.Append("            elif [[ -z $id ]]; then\n");
            text.Append("                COMPREPLY=($(compgen -W \"$(coffer-oci \"${root[@]}\" list -q 2>/dev/null)\" -- \"$cur\"))\n");
        }
        text.Append("            fi ;;\n");
    }

    private static void AppendValues(StringBuilder text, CommandOption[] options)
    {
        foreach (CommandOption option in options)
        {
            if (option.Hidden || !option.TakesNextArgument) continue;
            string generator = option.IsPath ? "-f" : option.Words is { } words ? $"-W '{words}'" : "-W ''";
            string pattern = option.Short == '\0' ? $"--{option.Name}" : $"--{option.Name}|-{option.Short}";
            text.Append("            ").Append(pattern).Append(") COMPREPLY=($(compgen ").Append(generator).Append(" -- \"$cur\")); return ;;\n");
        }
    }
}
