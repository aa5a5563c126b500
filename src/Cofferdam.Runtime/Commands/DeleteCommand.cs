using Cofferdam.Containers;
using Cofferdam.Runtime.CommandLine;

namespace Cofferdam.Runtime.Commands;

internal static class DeleteCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "delete",
        Summary = "remove what a stopped container holds",
        ArgumentsText = SharedOptions.ContainerId,
        Options =
        [
            CommandOption.Switch("force", 'f', "kill the container first if it still runs; a missing one is no failure"),
            CommandOption.Switch("regex", 'r', "the id is a POSIX extended regular expression: delete every container it matches"),
        ],
        MinArguments = 1,
        MaxArguments = 1,
        TakesContainer = true,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        bool force = context.Options.Switch("force");
        List<string> warnings = [];
        int code = context.Options.Switch("regex")
            ? MatchingContainers.ForEach(context, container => container.Delete(force, warnings))
            : Delete(context.Global.Root, new ContainerId(context.Arguments[0]), force, warnings);
        SharedOptions.LogWarnings(context, warnings);
        return code;
    }

    private static int Delete(string root, ContainerId id, bool force, List<string> warnings)
    {
        try
        {
            using Container container = Container.Load(root, id);
            container.Delete(force, warnings);
        }
        catch (CofferdamException e) when (force && e.Kind is (ErrorKind.NotFound or ErrorKind.DataLoss))
        {
            // A create that was killed may have left things without a readable record.
            Container.Purge(root, id, warnings);
        }
        return 0;
    }
}
