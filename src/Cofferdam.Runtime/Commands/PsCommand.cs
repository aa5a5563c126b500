using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Output;

namespace Cofferdam.Runtime.Commands;

internal static class PsCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "ps",
        Summary = "list the processes of a container",
        ArgumentsText = "<container-id> [ps options]",
        Description = "The options after the id go to the host's ps(1), whose rows are filtered by pid; -ef if there are none.",
        Options = [CommandOption.Text("format", 'f', "'table' or 'json'") with { Default = "table", Words = "table json" }],
        MinArguments = 1,
        StopsAtFirstArgument = true,
        TakesContainer = true,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        string format = context.Options.Text("format")!;
        if (format is not ("table" or "json")) throw new CofferdamException(ErrorKind.InvalidArgument, $"invalid format '{format}': must be table or json");
        using Container container = Container.Load(context.Global.Root, new ContainerId(context.Arguments[0]));
        IReadOnlyList<int> pids = container.Processes();
        if (format == "json")
        {
            StandardStreams.WriteLine($"[{string.Join(',', pids)}]");
            return 0;
        }
        List<string> arguments = ["ps"];
        for (int i = 1; i < context.Arguments.Count; i++) arguments.Add(context.Arguments[i]);
        if (arguments.Count == 1) arguments.Add("-ef");
        StandardStreams.Write(ProcessTable.Filter(HostProgram.Output(arguments), pids));
        return 0;
    }
}
