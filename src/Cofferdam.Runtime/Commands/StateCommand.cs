using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Output;

namespace Cofferdam.Runtime.Commands;

internal static class StateCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "state",
        Summary = "print the state of a container as JSON",
        ArgumentsText = SharedOptions.ContainerId,
        MinArguments = 1,
        MaxArguments = 1,
        TakesContainer = true,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        using Container container = Container.Load(context.Global.Root, new ContainerId(context.Arguments[0]));
        StandardStreams.Write(StateJson.Object(container.OciState()));
        return 0;
    }
}
