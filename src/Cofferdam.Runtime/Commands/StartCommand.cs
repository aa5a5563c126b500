using Cofferdam.Containers;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Output;

namespace Cofferdam.Runtime.Commands;

internal static class StartCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "start",
        Summary = "execute the program of a created container",
        ArgumentsText = SharedOptions.ContainerId,
        Options = [SharedOptions.Timings],
        MinArguments = 1,
        MaxArguments = 1,
        TakesContainer = true,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        using TimingsReport report = TimingsReport.For(context);
        using Container container = Container.Load(context.Global.Root, new ContainerId(context.Arguments[0]));
        container.Start(new StartOptions { NotifySocket = CallerEnvironment.NotifySocket(), Timings = report.Timings });
        report.Print();
        return 0;
    }
}
