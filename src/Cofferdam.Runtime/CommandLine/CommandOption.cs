namespace Cofferdam.Runtime.CommandLine;

/// <summary>One row of an option table: parsing, help and shell completion all read it.</summary>
internal sealed record CommandOption(string Name, char Short, OptionKind Kind, string Help)
{
    /// <summary>The value when the option is not given.</summary>
    internal string? Default { get; init; }

    /// <summary>Accepted, but not shown in help or completion.</summary>
    internal bool Hidden { get; init; }

    /// <summary>The words a value can be, separated by blanks, for completion.</summary>
    internal string? Words { get; init; }

    /// <summary>The value names a file or directory, for completion.</summary>
    internal bool IsPath { get; init; }

    internal bool TakesNextArgument => Kind is not (OptionKind.Switch or OptionKind.SwitchOrWord);

    internal static CommandOption Switch(string name, string help) => new(name, '\0', OptionKind.Switch, help);

    internal static CommandOption Switch(string name, char shortName, string help) => new(name, shortName, OptionKind.Switch, help);

    internal static CommandOption Text(string name, string help) => new(name, '\0', OptionKind.Text, help);

    internal static CommandOption Text(string name, char shortName, string help) => new(name, shortName, OptionKind.Text, help);

    internal static CommandOption Path(string name, string help) => new(name, '\0', OptionKind.Text, help) { IsPath = true };

    internal static CommandOption Path(string name, char shortName, string help) => new(name, shortName, OptionKind.Text, help) { IsPath = true };

    internal static CommandOption Number(string name, string help) => new(name, '\0', OptionKind.Number, help) { Default = "0" };

    internal static CommandOption List(string name, char shortName, string help) => new(name, shortName, OptionKind.List, help);
}
