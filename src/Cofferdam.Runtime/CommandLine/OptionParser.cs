namespace Cofferdam.Runtime.CommandLine;

/// <summary>
/// Parses options as runc does (urfave/cli v1 over Go's flag package), because shims, engines and scripts depend on it:
/// <c>--flag value</c>, <c>--flag=value</c>, one dash or two, <c>--</c> ends the options, and after the first positional
/// argument known options are still options unless the command says that the rest belongs to another program.
/// Beyond runc, as crun: short switches can be written together (<c>-td</c>).
/// </summary>
internal static class OptionParser
{
    /// <summary>Parses the options before the command and returns the command's index.</summary>
    internal static int ParseGlobal(string[] args, ParsedOptions values)
    {
        int i = 0;
        while (i < args.Length && IsOption(args[i]))
        {
            if (args[i] == "--") return i + 1;
            i = ParseOne(args, i, values);
        }
        return i;
    }

    /// <summary>Parses a command's options and returns its positional arguments.</summary>
    internal static List<string> ParseCommand(CommandDefinition command, string[] args, int start, ParsedOptions values)
    {
        List<string> positional = [];
        int i = start;
        while (i < args.Length)
        {
            string arg = args[i];
            if (arg == "--" && (positional.Count == 0 || !command.StopsAtFirstArgument))
            {
                i++;
                break;
            }
            bool afterPositional = positional.Count > 0;
            if (afterPositional && command.StopsAtFirstArgument) break;
            // An unknown word with a dash after the id stays an argument: "kill c1 -9" must reach the signal's parser.
            if (IsOption(arg) && (!afterPositional || IsKnown(command.Options, Name(arg, out _)))) i = ParseOne(args, i, values);
            else positional.Add(args[i++]);
        }
        for (; i < args.Length; i++) positional.Add(args[i]);
        return positional;
    }

    private static bool IsKnown(CommandOption[] table, ReadOnlySpan<char> name) => Find(table, name) >= 0 || name is "help" or "h";

    private static bool IsOption(string arg) => arg.Length > 1 && arg[0] == '-';

    /// <summary>Parses the option at <paramref name="index"/> with its value and returns the index after it.</summary>
    private static int ParseOne(string[] args, int index, ParsedOptions values)
    {
        ReadOnlySpan<char> name = Name(args[index], out string? attached);
        if (name.IsEmpty || name[0] is '-' or '=') throw Invalid($"bad flag syntax: {args[index]}");
        int option = Find(values.Table, name);
        if (option < 0 && TryCombined(args[index], values, out option) && option < 0) return index + 1;
        if (option < 0 && name is ("help" or "h"))
        {
            values.WantsHelp = true;
            return index + 1;
        }
        if (option < 0) throw Invalid($"flag provided but not defined: -{name}");

        CommandOption row = values.Table[option];
        if (!row.TakesNextArgument)
        {
            values.Set(option, SwitchValue(row, attached));
            return index + 1;
        }
        if (attached is null)
        {
            if (index + 1 >= args.Length) throw Invalid($"flag needs an argument: -{name}");
            attached = args[++index];
        }
        CheckValue(row, attached);
        values.Set(option, attached);
        return index + 1;
    }

    /// <summary>"-td": all but the last must be switches; the last one is returned if it takes a value.</summary>
    private static bool TryCombined(string arg, ParsedOptions values, out int last)
    {
        last = -1;
        if (arg.Length < 3 || arg[1] == '-' || arg.Contains('=', StringComparison.Ordinal)) return false;
        for (int i = 1; i < arg.Length; i++)
        {
            int option = Find(values.Table, arg.AsSpan(i, 1));
            if (option < 0 || (values.Table[option].TakesNextArgument && i < arg.Length - 1)) return false;
        }
        for (int i = 1; i < arg.Length; i++)
        {
            int option = Find(values.Table, arg.AsSpan(i, 1));
            if (values.Table[option].TakesNextArgument) last = option;
            else values.Set(option, "true");
        }
        return true;
    }

    private static string SwitchValue(CommandOption row, string? attached)
    {
        if (row.Kind == OptionKind.SwitchOrWord) return attached ?? "true";
        if (attached is null) return "true";
        bool value = GoValue.ParseBool(attached)
            ?? throw Invalid($"invalid boolean value \"{attached}\" for -{row.Name}: parse error");
        return value ? "true" : "false";
    }

    private static void CheckValue(CommandOption row, string value)
    {
        bool valid = row.Kind switch
        {
            OptionKind.Number => GoValue.ParseInteger(value) is not null,
            OptionKind.Duration => GoValue.ParseDuration(value) is not null,
            _ => true,
        };
        if (!valid) throw Invalid($"invalid value \"{value}\" for flag -{row.Name}: parse error");
    }

    /// <summary>The name between the dashes and '=', and the text after '='.</summary>
    private static ReadOnlySpan<char> Name(string arg, out string? attached)
    {
        ReadOnlySpan<char> name = arg.AsSpan(arg.StartsWith("--", StringComparison.Ordinal) ? 2 : 1);
        int equals = name.IndexOf('=');
        attached = equals > 0 ? name[(equals + 1)..].ToString() : null;
        return equals > 0 ? name[..equals] : name;
    }

    private static int Find(CommandOption[] table, ReadOnlySpan<char> name)
    {
        for (int i = 0; i < table.Length; i++)
        {
            if (name.SequenceEqual(table[i].Name) || (name.Length == 1 && table[i].Short == name[0])) return i;
        }
        return -1;
    }

    private static CofferdamException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
