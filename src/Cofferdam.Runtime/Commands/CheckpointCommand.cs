using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;

namespace Cofferdam.Runtime.Commands;

internal static class CheckpointCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "checkpoint",
        Summary = "save a running container with its processes",
        ArgumentsText = SharedOptions.ContainerId,
        Description = "The container is deleted afterwards, unless --leave-running or --pre-dump is given. 'restore' brings it\n"
            + "back from the images, here or on another host. Needs criu.",
        Options =
        [
            .. CriuCommandOptions.Shared,
            CommandOption.Path("parent-path", "images of an earlier pre-dump, relative to the image path"),
            CommandOption.Switch("leave-running", "let the container run on"),
            CommandOption.Switch("pre-dump", "save memory only, and let the container run on"),
            CommandOption.Number("status-fd", "descriptor that gets a NUL byte when lazy pages are served") with { Default = "-1" },
            CommandOption.Text("page-server", "ADDRESS:PORT of the page server that gets the memory, or of the one to be for lazy pages"),
            CommandOption.Switch("tcp-skip-in-flight", "ignore TCP connections that are not yet established"),
            CommandOption.Switch("link-remap", "allow links to be made for files that are open but deleted"),
        ],
        MinArguments = 1,
        MaxArguments = 1,
        TakesContainer = true,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        ParsedOptions options = context.Options;
        CriuCommandOptions.CheckEmptyNamespaces(options);
        List<string> warnings = [];
        using OwnedFd? status = StatusFd(options.Number("status-fd"));
        CheckpointOptions checkpoint = new()
        {
            ImagePath = CriuCommandOptions.ImagePath(options),
            WorkPath = CriuCommandOptions.WorkPath(options),
            ParentPath = options.NonEmpty("parent-path"),
            CriuPath = context.Global.CriuPath,
            LeaveRunning = options.Switch("leave-running"),
            PreDump = options.Switch("pre-dump"),
            TcpEstablished = options.Switch("tcp-established"),
            TcpSkipInFlight = options.Switch("tcp-skip-in-flight"),
            ExternalUnixSockets = options.Switch("ext-unix-sk"),
            ShellJob = options.Switch("shell-job"),
            FileLocks = options.Switch("file-locks"),
            LinkRemap = options.Switch("link-remap"),
            LazyPages = options.Switch("lazy-pages"),
            AutoDedup = options.Switch("auto-dedup"),
            PageServer = options.NonEmpty("page-server") is { } server ? PageServerAddress.Parse(server) : null,
            StatusFd = status,
            CgroupMode = CriuCommandOptions.CgroupMode(options),
            NetworkLock = CriuCommandOptions.NetworkLock(options),
            Warnings = warnings,
        };
        using Container container = Container.Load(context.Global.Root, new ContainerId(context.Arguments[0]));
        container.Checkpoint(checkpoint);
        SharedOptions.LogWarnings(context, warnings);
        if (!checkpoint.LeaveRunning && !checkpoint.PreDump) SharedOptions.DeleteAfterwards(context, container);
        return 0;
    }

    /// <summary>Takes over the caller's descriptor: whoever reads it also waits for its end.</summary>
    private static OwnedFd? StatusFd(int number)
    {
        if (number < 0) return null;
        using OwnedFd copy = Files.Duplicate(number);
        if ((Files.StatusFlags(copy) & (OpenFlags.WriteOnly | OpenFlags.ReadWrite)) == OpenFlags.ReadOnly)
            throw new CofferdamException(ErrorKind.InvalidArgument, $"invalid status-fd {number}: not writable");
        return number > 2 ? new OwnedFd(number) : Files.Duplicate(number);
    }
}
