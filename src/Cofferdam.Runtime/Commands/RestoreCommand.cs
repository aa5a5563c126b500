using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Foreground;

namespace Cofferdam.Runtime.Commands;

internal static class RestoreCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "restore",
        Summary = "bring a container back from a checkpoint",
        ArgumentsText = SharedOptions.ContainerId,
        Description = "The bundle must be like the one that the saved container was made from. Without --detach it waits for the\n"
            + "program as 'run' does, and deletes the container afterwards. Needs criu.",
        Options =
        [
            .. CriuCommandOptions.Shared,
            CommandOption.Path("bundle", 'b', "bundle directory (default: the current one)"),
            CommandOption.Path("config", 'f', "configuration file, relative to the bundle or absolute") with { Default = "config.json" },
            SharedOptions.Detach,
            SharedOptions.ConsoleSocket,
            SharedOptions.PidfdSocket,
            SharedOptions.PidFile,
            CommandOption.Switch("no-subreaper", "do not adopt and reap the container's orphans"),
            CommandOption.Switch("no-pivot", "no effect: criu enters the root in its own way"),
            CommandOption.Text("lsm-profile", "another profile than the saved one: apparmor:NAME or selinux:CONTEXT"),
            CommandOption.Text("lsm-mount-context", "another SELinux mount context than the saved one"),
            CommandOption.Switch("tcp-close", "close established TCP connections"),
        ],
        MinArguments = 1,
        MaxArguments = 1,
        IsForeground = true,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        bool detach = context.Options.Switch("detach");
        CriuCommandOptions.CheckEmptyNamespaces(context.Options);
        List<string> warnings = [];
        CreateOptions create = ToCreateOptions(context, detach, warnings);
        RestoreOptions restore = ToRestoreOptions(context, warnings);
        if (!detach && !context.Options.Switch("no-subreaper")) Processes.BecomeSubreaper();
        using Container container = Container.Restore(context.Global.Root, new ContainerId(context.Arguments[0]), create, restore);
        bool keep = false;
        try
        {
            SharedOptions.LogWarnings(context, warnings);
            int code = detach ? 0 : ForegroundSession.Run(container.Init, context.Log);
            keep = detach;
            return code;
        }
        finally
        {
            if (!keep) SharedOptions.DeleteAfterwards(context, container);
        }
    }

    private static CreateOptions ToCreateOptions(CommandContext context, bool detached, ICollection<string> warnings)
    {
        ParsedOptions options = context.Options;
        return new CreateOptions
        {
            Bundle = Path.GetFullPath(options.NonEmpty("bundle") ?? "."),
            ConfigFile = options.NonEmpty("config") ?? "config.json",
            ConsoleSocket = options.NonEmpty("console-socket"),
            PidfdSocket = options.NonEmpty("pidfd-socket"),
            PidFile = options.NonEmpty("pid-file"),
            CgroupManager = context.Global.CgroupManager,
            Rootless = context.Global.Rootless,
            Detached = detached,
            Warnings = warnings,
        };
    }

    private static RestoreOptions ToRestoreOptions(CommandContext context, ICollection<string> warnings)
    {
        ParsedOptions options = context.Options;
        return new RestoreOptions
        {
            ImagePath = CriuCommandOptions.ImagePath(options),
            WorkPath = CriuCommandOptions.WorkPath(options),
            CriuPath = context.Global.CriuPath,
            TcpEstablished = options.Switch("tcp-established"),
            TcpClose = options.Switch("tcp-close"),
            ExternalUnixSockets = options.Switch("ext-unix-sk"),
            ShellJob = options.Switch("shell-job"),
            FileLocks = options.Switch("file-locks"),
            LazyPages = options.Switch("lazy-pages"),
            AutoDedup = options.Switch("auto-dedup"),
            LsmProfile = options.NonEmpty("lsm-profile"),
            LsmMountContext = options.NonEmpty("lsm-mount-context"),
            CgroupMode = CriuCommandOptions.CgroupMode(options),
            NetworkLock = CriuCommandOptions.NetworkLock(options),
            Warnings = warnings,
        };
    }
}
