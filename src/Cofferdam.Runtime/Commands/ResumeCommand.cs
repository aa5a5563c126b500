using Cofferdam.Containers;
using Cofferdam.Runtime.CommandLine;

namespace Cofferdam.Runtime.Commands;

internal static class ResumeCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "resume",
        Summary = "let the processes of a paused container go on",
        ArgumentsText = SharedOptions.ContainerId,
        MinArguments = 1,
        MaxArguments = 1,
        TakesContainer = true,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        using Container container = Container.Load(context.Global.Root, new ContainerId(context.Arguments[0]));
        container.Resume();
        return 0;
    }
}
