using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Foreground;
using Cofferdam.Runtime.Output;

namespace Cofferdam.Runtime.Commands;

internal static class RunCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "run",
        Summary = "create a container and execute its program",
        ArgumentsText = SharedOptions.ContainerId,
        Description = "Waits for the program and exits with its code, or with 128+n when signal n ended it. Signals are passed\n"
            + "on to the program. The container is deleted afterwards.",
        Options =
        [
            .. SharedOptions.Create,
            SharedOptions.Detach,
            CommandOption.Switch("keep", "do not delete the container when its program has ended"),
            CommandOption.Switch("no-subreaper", "do not adopt and reap the container's orphans"),
        ],
        MinArguments = 1,
        MaxArguments = 1,
        IsForeground = true,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        bool detach = context.Options.Switch("detach");
        using TimingsReport report = TimingsReport.For(context);
        List<string> warnings = [];
        CreateOptions options = SharedOptions.ToCreateOptions(context, detach, report.Timings, warnings);
        if (!detach && !context.Options.Switch("no-subreaper")) Processes.BecomeSubreaper();

        ContainerId id = new(context.Arguments[0]);
        // With a notify socket somebody must carry READY from the container to the host: the two steps do.
        bool oneStep = options.NotifySocket is null;
        using Container container = oneStep ? Container.Run(context.Global.Root, id, options) : Container.Create(context.Global.Root, id, options);
        bool keep = false;
        try
        {
            SharedOptions.LogWarnings(context, warnings);
            SharedOptions.LogNotes(context, options);
            if (!oneStep) container.Start(new StartOptions { NotifySocket = options.NotifySocket, NotifyInBackground = !detach, Timings = report.Timings });
            int code = detach ? 0 : ForegroundSession.Run(container.Init, context.Log);
            // Before the cgroup, which knows it, is deleted.
            if (code != 0 && container.ReadOomReport() is { } oom) context.Log.Warning($"container '{id}': {oom.Describe()}");
            keep = detach || context.Options.Switch("keep");
            report.Print();
            return code;
        }
        finally
        {
            if (!keep) SharedOptions.DeleteAfterwards(context, container);
        }
    }
}
