using Cofferdam.Containers;
using Cofferdam.Runtime.CommandLine;

namespace Cofferdam.Runtime.Commands;

internal static class PauseCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "pause",
        Summary = "suspend all processes of a container",
        ArgumentsText = SharedOptions.ContainerId,
        MinArguments = 1,
        MaxArguments = 1,
        TakesContainer = true,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        using Container container = Container.Load(context.Global.Root, new ContainerId(context.Arguments[0]));
        container.Pause();
        return 0;
    }
}
