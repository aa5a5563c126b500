using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Foreground;
using Cofferdam.Runtime.Output;
using Cofferdam.Spec;

namespace Cofferdam.Runtime.Commands;

internal static class ExecCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "exec",
        Summary = "run another process in a container",
        ArgumentsText = "<container-id> <command> [arguments...]  ||  -p process.json <container-id>",
        Description = "The process gets user, environment, working directory and limits of the container's own, changed by\n"
            + "the options; with --process it is described by a file alone. Exits with the process's code, 128+n when\n"
            + "signal n ended it, and 255 when it could not be started.",
        Options =
        [
            SharedOptions.ConsoleSocket,
            SharedOptions.PidfdSocket,
            CommandOption.Text("cwd", "working directory in the container"),
            CommandOption.List("env", 'e', "set an environment variable, NAME=value"),
            CommandOption.Switch("tty", 't', "give the process a terminal"),
            CommandOption.Text("user", 'u', "numeric user, <uid>[:<gid>]"),
            CommandOption.List("additional-gids", 'g', "add a numeric group"),
            CommandOption.Path("process", 'p', "JSON file of the process"),
            SharedOptions.Detach,
            SharedOptions.PidFile,
            CommandOption.Text("process-label", "SELinux label of the process"),
            CommandOption.Text("apparmor", "AppArmor profile of the process"),
            CommandOption.Switch("no-new-privs", "the process can gain no privileges by execve"),
            CommandOption.List("cap", 'c', "add a capability to the bounding, effective and permitted sets"),
            SharedOptions.PreserveFds,
            CommandOption.List("cgroup", '\0', "existing sub-cgroup to run in, [<controller>:]<path>"),
            CommandOption.Switch("ignore-paused", "do so although the container is paused: the process waits for resume"),
            SharedOptions.Timings,
        ],
        MinArguments = 1,
        StopsAtFirstArgument = true,
        TakesContainer = true,
        IsForeground = true,
        FailureExitCode = 255,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        ParsedOptions options = context.Options;
        bool detach = options.Switch("detach");
        using TimingsReport report = TimingsReport.For(context);
        using Container container = Container.Load(context.Global.Root, new ContainerId(context.Arguments[0]));
        List<string> warnings = [];
        Process process = options.NonEmpty("process") is { } file
            ? SpecReader.ReadProcess(Files.ReadAll(file), warnings)
            : ExecProcess.FromOptions(options, context.Arguments, container.Spec.Process ?? new Process());
        SharedOptions.LogWarnings(context, warnings);
        ExecOptions exec = new()
        {
            Process = detach ? process : HostTerminal.WithSize(process),
            SubCgroups = options.List("cgroup"),
            IgnorePaused = options.Switch("ignore-paused"),
            ConsoleSocket = options.NonEmpty("console-socket"),
            PidfdSocket = options.NonEmpty("pidfd-socket"),
            PidFile = options.NonEmpty("pid-file"),
            PreserveFds = options.Number("preserve-fds"),
            Detached = detach,
            Timings = report.Timings,
        };
        using ContainerProcess started = container.Exec(exec);
        int code = detach ? 0 : ForegroundSession.Run(started, context.Log);
        report.Print();
        return code;
    }
}
