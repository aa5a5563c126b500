using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;

namespace Cofferdam.Runtime.Commands;

internal static class KillCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "kill",
        Summary = "send a signal to a container's init process",
        ArgumentsText = "<container-id> [signal]",
        Description = "The signal is a name with or without SIG, or a number; SIGTERM if it is left out.\n"
            + "Where the container shares a pid namespace, SIGKILL goes to all its processes.",
        Options =
        [
            CommandOption.Switch("all", 'a', "send the signal to all processes of the container"),
            CommandOption.Switch("regex", 'r', "the id is a POSIX extended regular expression: signal every container it matches"),
        ],
        MinArguments = 1,
        MaxArguments = 2,
        TakesContainer = true,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        bool all = context.Options.Switch("all");
        string signal = context.Arguments.Count > 1 ? context.Arguments[1] : "SIGTERM";
        if (context.Options.Switch("regex"))
        {
            return MatchingContainers.ForEach(context, container => container.Signal(ParseSignal(signal), all));
        }
        using Container container = Container.Load(context.Global.Root, new ContainerId(context.Arguments[0]));
        container.Signal(ParseSignal(signal), all);
        return 0;
    }

    private static int ParseSignal(string text)
    {
        // 0 asks whether the process is there; signal(7) has no name for it.
        if (text == "0") return 0;
        return Signals.TryParse(text, out int signal) ? signal : throw new CofferdamException(ErrorKind.InvalidArgument, $"unknown signal '{text}'");
    }
}
