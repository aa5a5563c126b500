using Cofferdam.Containers;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Output;

namespace Cofferdam.Runtime.Commands;

internal static class CreateCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "create",
        Summary = "create a container",
        ArgumentsText = SharedOptions.ContainerId,
        Description = "Sets up everything that the bundle's configuration asks for, up to the point where its program\n"
            + "would be executed. 'start' executes it. The id must be new under the state root.",
        Options = SharedOptions.Create,
        MinArguments = 1,
        MaxArguments = 1,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        using TimingsReport report = TimingsReport.For(context);
        List<string> warnings = [];
        CreateOptions options = SharedOptions.ToCreateOptions(context, detached: true, report.Timings, warnings);
        using Container container = Container.Create(context.Global.Root, new ContainerId(context.Arguments[0]), options);
        SharedOptions.LogWarnings(context, warnings);
        SharedOptions.LogNotes(context, options);
        report.Print();
        return 0;
    }
}
