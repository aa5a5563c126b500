using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Output;
using Cofferdam.Spec;

namespace Cofferdam.Runtime.Commands;

internal static class ListCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "list",
        Summary = "list the containers under the state root",
        Options =
        [
            CommandOption.Text("format", 'f', "'table' or 'json'") with { Default = "table", Words = "table json" },
            CommandOption.Switch("quiet", 'q', "print only ids"),
        ],
        MaxArguments = 0,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        string format = context.Options.Text("format")!;
        if (format is not ("table" or "json")) throw new CofferdamException(ErrorKind.InvalidArgument, $"invalid format '{format}': must be table or json");
        List<string> warnings = [];
        List<ContainerState> states = [];
        foreach (Container container in Container.List(context.Global.Root, warnings))
        {
            using Container one = container;
            try
            {
                states.Add(one.OciState() with { Owner = OwnerName(one.OwnerUid) });
            }
            catch (CofferdamException e) when (e.Kind == ErrorKind.NotFound)
            {
                // Deleted since it was found.
            }
        }
        SharedOptions.LogWarnings(context, warnings);
        string text = context.Options.Switch("quiet") ? ContainerTable.Ids(states)
            : format == "json" ? StateJson.Array(states)
            : ContainerTable.Text(states);
        StandardStreams.Write(text);
        return 0;
    }

    private static string OwnerName(uint uid) => UserDatabase.NameOf(uid) ?? $"#{uid}";
}
