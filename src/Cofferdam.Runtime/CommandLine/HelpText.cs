using System.Text;

namespace Cofferdam.Runtime.CommandLine;

/// <summary>Help, written from the same tables as parsing, in the sections that runc's users know.</summary>
internal static class HelpText
{
    internal static string ForProgram()
    {
        StringBuilder text = new();
        text.Append("NAME:\n   coffer-oci - run OCI containers\n\n");
        text.Append("A container is described by a bundle: a directory with config.json and a root filesystem.\n\n");
        text.Append("    # coffer-oci spec                          # write a first config.json\n");
        text.Append("    # coffer-oci run -b bundle <container-id>   # run it\n\n");
        text.Append("USAGE:\n   coffer-oci [global options] command [command options] [arguments...]\n\n");
        text.Append("VERSION:\n   ").Append(VersionText.Version).Append("\n\nCOMMANDS:\n");
        int width = 0;
        foreach (string name in CommandTable.Names) width = Math.Max(width, name.Length);
        foreach (string name in CommandTable.Names)
        {
            CommandDefinition command = CommandTable.Find(name)!;
            text.Append("   ").Append(name.PadRight(width + 2)).Append(command.Summary).Append('\n');
        }
        text.Append("   ").Append("help, h".PadRight(width + 2)).Append("show this, or the help of one command\n");
        text.Append("\nGLOBAL OPTIONS:\n");
        AppendOptions(text, GlobalOptions.Table, "--version, -v", "print the version");
        return text.ToString();
    }

    internal static string ForCommand(CommandDefinition command)
    {
        StringBuilder text = new();
        text.Append("NAME:\n   coffer-oci ").Append(command.Name).Append(" - ").Append(command.Summary).Append("\n\n");
        text.Append("USAGE:\n   coffer-oci ").Append(command.Name);
        if (command.Options.Length > 0) text.Append(" [command options]");
        if (command.ArgumentsText.Length > 0) text.Append(' ').Append(command.ArgumentsText);
        text.Append('\n');
        if (command.Description.Length > 0)
        {
            text.Append("\nDESCRIPTION:\n");
            foreach (string line in command.Description.Split('\n')) text.Append(line.Length == 0 ? "" : "   ").Append(line).Append('\n');
        }
        text.Append("\nOPTIONS:\n");
        AppendOptions(text, command.Options, null, null);
        return text.ToString();
    }

    private static void AppendOptions(StringBuilder text, CommandOption[] options, string? lastName, string? lastHelp)
    {
        List<(string Left, string Right)> rows = [];
        foreach (CommandOption option in options)
        {
            if (!option.Hidden) rows.Add((Left(option), Right(option)));
        }
        if (lastName is not null) rows.Add((lastName, lastHelp!));
        rows.Add(("--help, -h", "show help"));

        int width = 0;
        foreach ((string left, _) in rows) width = Math.Max(width, left.Length);
        foreach ((string left, string right) in rows)
        {
            string indent = new(' ', width + 5);
            text.Append("   ").Append(left.PadRight(width + 2)).Append(right.Replace("\n", "\n" + indent, StringComparison.Ordinal)).Append('\n');
        }
    }

    private static string Left(CommandOption option)
    {
        string value = option.TakesNextArgument ? " value" : option.Kind == OptionKind.SwitchOrWord ? "[=value]" : "";
        string text = $"--{option.Name}{value}";
        return option.Short == '\0' ? text : $"{text}, -{option.Short}{value}";
    }

    private static string Right(CommandOption option)
    {
        string text = option.Help;
        if (option.Kind == OptionKind.List) text += " (repeatable)";
        return option.Default is { Length: > 0 } value and not "0" ? $"{text} (default: {value})" : text;
    }
}
