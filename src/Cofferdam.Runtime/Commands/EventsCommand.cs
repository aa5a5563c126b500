using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Output;

namespace Cofferdam.Runtime.Commands;

internal static class EventsCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "events",
        Summary = "print a container's resource use and OOM notifications as JSON lines",
        ArgumentsText = SharedOptions.ContainerId,
        Options =
        [
            new CommandOption("interval", '\0', OptionKind.Duration, "time between two lines of resource use") { Default = "5s" },
            CommandOption.Switch("stats", "print the resource use once and exit"),
        ],
        MinArguments = 1,
        MaxArguments = 1,
        TakesContainer = true,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        using Container container = Container.Load(context.Global.Root, new ContainerId(context.Arguments[0]));
        TimeSpan interval = context.Options.Duration("interval");
        if (interval <= TimeSpan.Zero) throw new CofferdamException(ErrorKind.InvalidArgument, "duration interval must be greater than 0");
        if (container.Status == ContainerStatus.Stopped)
        {
            throw new CofferdamException(ErrorKind.FailedPrecondition, $"container with id {container.Id} is not running");
        }
        if (context.Options.Switch("stats"))
        {
            StandardStreams.Write(StatsLine(container));
            return 0;
        }
        Stream(container, interval);
        return 0;
    }

    /// <summary>Until the container has stopped.</summary>
    private static void Stream(Container container, TimeSpan interval)
    {
        using MemoryWatch oom = container.WatchOom();
        DateTime next = DateTime.UtcNow + interval;
        while (!oom.Ended)
        {
            TimeSpan left = next - DateTime.UtcNow;
            if (oom.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero) is { } notice)
            {
                StandardStreams.Write(EventJson.Oom(container.Id.Value, notice.Oom));
            }
            else if (!oom.Ended && DateTime.UtcNow >= next)
            {
                if (container.Status == ContainerStatus.Stopped) return;
                StandardStreams.Write(StatsLine(container));
                next = DateTime.UtcNow + interval;
            }
        }
    }

    private static byte[] StatsLine(Container container) =>
        EventJson.Stats(container.Id.Value, container.Stats(), container.ReadResctrlStats(), container.ReadNetworkStats());
}
