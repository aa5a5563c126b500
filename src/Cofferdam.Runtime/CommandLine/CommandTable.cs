using Cofferdam.Runtime.Commands;

namespace Cofferdam.Runtime.CommandLine;

/// <summary>All commands. A definition is built when it is asked for, so a start pays for one table only.</summary>
internal static class CommandTable
{
    internal static ReadOnlySpan<string> Names => new[]
    {
        "create", "start", "run", "exec", "state", "list", "ps", "kill", "delete", "pause", "resume", "update", "events",
        "checkpoint", "restore", "spec", "features", "check", "plan", "completion",
    };

    internal static CommandDefinition? Find(string name) => name switch
    {
        "create" => CreateCommand.Definition,
        "start" => StartCommand.Definition,
        "run" => RunCommand.Definition,
        "exec" => ExecCommand.Definition,
        "state" => StateCommand.Definition,
        "list" => ListCommand.Definition,
        "ps" => PsCommand.Definition,
        "kill" => KillCommand.Definition,
        "delete" => DeleteCommand.Definition,
        "pause" => PauseCommand.Definition,
        "resume" => ResumeCommand.Definition,
        "update" => UpdateCommand.Definition,
        "events" => EventsCommand.Definition,
        "checkpoint" => CheckpointCommand.Definition,
        "restore" => RestoreCommand.Definition,
        "spec" => SpecCommand.Definition,
        "features" => FeaturesCommand.Definition,
        "plan" => PlanCommand.Definition,
        "check" => CheckCommand.Definition,
        "completion" => CompletionCommand.Definition,
        _ => null,
    };
}
