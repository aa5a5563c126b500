namespace Cofferdam.Runtime.CommandLine;

/// <summary>A command: its words, its options, and what runs it. Built only when its name is on the command line.</summary>
internal sealed record CommandDefinition
{
    internal required string Name { get; init; }

    /// <summary>One line for the list of commands.</summary>
    internal required string Summary { get; init; }

    /// <summary>The positional arguments, as help shows them.</summary>
    internal string ArgumentsText { get; init; } = "";

    internal string Description { get; init; } = "";

    internal CommandOption[] Options { get; init; } = [];

    internal int MinArguments { get; init; }

    internal int MaxArguments { get; init; } = int.MaxValue;

    /// <summary>Everything after the first positional argument is positional too (exec, ps: it belongs to another program).</summary>
    internal bool StopsAtFirstArgument { get; init; }

    /// <summary>The first positional argument is the id of an existing container, for completion.</summary>
    internal bool TakesContainer { get; init; }

    /// <summary>Without --detach the command waits for a process of the container and passes signals on to it.</summary>
    internal bool IsForeground { get; init; }

    /// <summary>The exit code when <see cref="Run"/> throws: 255 for exec, where 1 could be the program's own.</summary>
    internal int FailureExitCode { get; init; } = 1;

    internal required Func<CommandContext, int> Run { get; init; }
}
